"""Who may do what, as a question. One module a kind; `loopkube.api.reviews` answers."""

from loopkube.kinds.kind import Group

GROUP = Group("authorization.k8s.io", "api.authorization", 17600)
