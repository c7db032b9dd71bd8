"""Who somebody is. One module a kind; `loopkube.api.reviews` answers."""

from loopkube.kinds.kind import Group

GROUP = Group("authentication.k8s.io", "api.authentication", 17700)
