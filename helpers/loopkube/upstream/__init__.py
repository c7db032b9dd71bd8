"""What Kubernetes itself declares: its version, its OpenAPI schema, and the facts of its Go types.

What belongs here: data that comes out of the upstream project unchanged, typed access to it, and the command that
makes it. What does not: any rule or behaviour (that is `loopkube.api`). Nothing here is written by hand but the
version, so that a new Kubernetes is a command: CONTRIBUTING.md, "A Kubernetes version".

Read in this order: `version` (the one place for it), `schema` (OpenAPI, from the package kubernetes-validate;
`wheel` puts it into the wheel), `go_types` (what that schema leaves out, from `types.json`), `generate`
(makes `types.json` from the Go sources; not used at run time). Schema and types are read when first asked for: only the
API server needs them.
"""
