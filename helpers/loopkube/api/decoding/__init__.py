"""From bytes to a checked object: JSON and YAML bodies, the types of the upstream schema, Go's own error texts.

Read in this order: `body` (bytes to plain data), `json_errors` (what Go says about broken JSON), `leaves`
(one decoder per scalar type), `structs` (the decoders of whole kinds, compiled once from the schema and the Go types of
`loopkube.upstream`), `strict` (what is unknown or stands twice). `loopkube.api.decode` is the door.
"""
