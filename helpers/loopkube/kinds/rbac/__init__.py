"""Who may do what. One module a kind; `loopkube.kinds.shared.rbac` has what they share."""

from loopkube.kinds.kind import Group

GROUP = Group("rbac.authorization.k8s.io", "api.rbac", 17000)
