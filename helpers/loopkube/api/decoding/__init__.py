"""From bytes to a checked object: JSON and YAML bodies, the types of the upstream schema, Go's own error texts.

Read in this order: `body` (bytes to plain data), `json_errors` (what Go says about broken JSON), `go_types`
and `go_zeros` (what the OpenAPI schema does not tell about the Go structs), `leaves` (one decoder per scalar type),
`structs` (the decoders of whole kinds, compiled once). `loopkube.api.decode` is the door.
"""
