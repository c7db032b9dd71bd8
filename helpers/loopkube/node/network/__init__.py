"""A network of the cluster's own, where the kernel gives one to this user: Pods have addresses that nobody else has.

`own` puts the cluster's process into it, `pods` gives each Pod a network namespace, by `links`, a process that speaks
netlink; `sockets` are made in the network that an address is in, and `outside` in this machine's.
"""
