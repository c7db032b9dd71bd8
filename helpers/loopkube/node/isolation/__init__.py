"""Containers with namespaces of their own, where the kernel gives them to this user: mounts, processes, host name.

`plan` says what a container sees, `trial` whether this kernel does it; `inside` and `kernel` are what the runner does.
"""
