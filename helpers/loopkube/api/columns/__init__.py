"""The columns of `kubectl get`, one module a family of kinds (pkg/printers/internalversion/printers.go)."""
