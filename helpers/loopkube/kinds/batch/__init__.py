"""Work that ends. One module a kind."""

from loopkube.kinds.kind import Group

GROUP = Group("batch", "api.batch", 17400)
