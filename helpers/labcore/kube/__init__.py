"""The Kubernetes API as the lab asks it: requests, what the API serves, bounds on its answers, patience."""
