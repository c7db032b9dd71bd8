"""The node agent: what a kubelet and its container runtime are to a node. Containers are processes here.

Belongs here: everything that happens to a Pod once it is bound to a node. Not here: choosing the node, creating
or replacing Pods, Services. The API is seen through `client.Client` only.

Read `agent.py`, `pod.py` (one Pod), `container.py` (one container), `process.py` and `runner.py` (one process);
then what a container is made of: `images.py`, `volumes.py`, `environment.py`, `commands.py`, `inside_python/`, `dns/`;
what is told about it: `records.py`, `status.py`, `prober.py`, `logs.py`, `streams.py`; and `ports.py`, `strays.py`.
"""
