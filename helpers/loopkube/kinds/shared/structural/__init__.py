"""Structural schemas, in which a definition says what its custom objects look like, and what they do to values.

Pure functions, for the definitions (whose defaults must fit their schema) and for custom objects. `schema` prunes and
defaults, `values` judges (with `scalars`, `formats`). `ruling` judges by the rules in CEL that `rules` compiles:
`expression_types` says what a value is to an expression, `correlation` which old value belongs to it, `field_paths`
reads their paths.
"""
