"""Kubernetes' own rules for what an object may say, with Kubernetes' own texts (pkg/apis/*/validation).

`judge(kind, obj, old, subresource)` returns warnings or raises 422 with every error found. Read in this
order: `text` (single values), `report` (the list of errors), `metadata`, then the module of a kind; `rules` ties
them together.
"""

from loopkube.api.validation.rules import judge

__all__ = ["judge"]
