"""Sets of fields, as server-side apply and metadata.managedFields need them.

A set has the wire form of `FieldsV1` (https://kubernetes.io/docs/reference/using-api/server-side-apply/):
`{"f:spec": {"f:replicas": {}, "f:selector": {".": {}, "f:app": {}}}}`. An empty node, or one with `.`, is a
field of the set; other nodes only lead to fields. Sets are never changed in place, so they share parts.

Read in this order: sets (union, difference, intersection), shapes (what the schema says about ownership),
elements (`f:`, `k:`, `v:` and their print form), of (the set of an object), compare (what differs between
two objects), merge and prune (server-side apply's own steps). Rules follow
sigs.k8s.io/structured-merge-diff.
"""
