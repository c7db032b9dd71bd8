"""What objects use of a ResourceQuota: usage (amounts), scopes (which Pods), counting (both together).

Admission counts before it lets an object in, the controller to report; after pkg/quota/v1 of Kubernetes.
"""
