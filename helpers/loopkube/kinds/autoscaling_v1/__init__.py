"""The older version of `autoscaling`, in which kubectl's `scale` and `autoscale --cpu-percent` once spoke.

Objects are stored in `autoscaling/v2` and served in both.
"""

from loopkube.kinds.kind import Group

GROUP = Group("autoscaling", "api.autoscaling", 17500)
