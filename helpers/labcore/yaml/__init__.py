"""Manifests as text: YAML and JSON read as kubectl reads them.

They are written back with their comments and line ends.
"""
