"""A cluster for tests of controllers, operators and clients: real API, in memory, ready in under half a second.

Belongs here: `in_memory`, the control plane (API server, controllers, scheduler) in a thread of this process; `kube`,
what a test does with it; `plugin`, the fixtures of pytest. What runs Pods is a process of its own (`loopkube.cluster`),
which the plugin starts where nodes are asked for. Read `plugin` first.
"""
