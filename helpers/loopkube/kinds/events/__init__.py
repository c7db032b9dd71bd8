"""The second name of events. One module a kind."""

from loopkube.kinds.kind import Group

GROUP = Group("events.k8s.io", "api.events", 17750)
