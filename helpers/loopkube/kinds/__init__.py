"""What is particular to each kind of object: one module per kind, in one package per API group.

What belongs here: how a kind is named and served, its defaults, what a request may change of it, what is refused and
warned of, the columns of `kubectl get`, what it can be selected by. All of it is in the kind's own module
(`networking/ingress.py`), which ends with its `SPEC`; a large kind is a package of small modules (`core/pod/`). What
several kinds have in common is in `shared/`. What does not belong here: the machinery that goes by these facts, which
is `loopkube.api`, and what is done about objects, which is `loopkube.controllers` and `loopkube.node`.

A new kind is a new module here, and nothing else: `registry` finds every module of every group.

Reading order:
  kind        `Kind` and `Group`: names
  spec        `Spec`: everything that a module may say about its kind
  core/config_map.py, apps/deployment.py, networking/ingress.py   examples, from small to large
  registry    all specs, and `Kinds`, in which a running cluster looks kinds up

This package itself holds the names only: whoever needs a `Kind` does not load the rules of all kinds.
"""

from loopkube.kinds.kind import Kind

__all__ = ["Kind"]
