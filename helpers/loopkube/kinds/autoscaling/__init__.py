"""How many Pods a workload is to have by what is measured: the current version, `autoscaling/v2`. One module a kind."""

from loopkube.kinds.kind import Group

GROUP = Group("autoscaling", "api.autoscaling", 17500, "v2")
