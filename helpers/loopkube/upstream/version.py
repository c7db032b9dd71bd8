"""The Kubernetes version that the cluster follows: the one place where it stands.

`types.json` and the schema belong to it (tests compare them); nodes and the API server report it.
"""

VERSION = "v1.36.2"

MAJOR, MINOR, PATCH = (int(part) for part in VERSION.removeprefix("v").split("."))
SCHEMA = f"v{MAJOR}.{MINOR}.0"
"""Under this name kubernetes-validate carries the schema: that of the first release of a minor version."""
GO_MODULES = f"v0.{MINOR}.{PATCH}"
"""The tag of the Go modules (k8s.io/api and others) that belong to the version."""
