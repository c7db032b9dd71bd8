"""Where volumes come from. One module a kind."""

from loopkube.kinds.kind import Group

GROUP = Group("storage.k8s.io", "api.storage", 16800)
