"""loopkube: a Kubernetes cluster on this machine's loopback addresses, for learning.

What belongs here: an API server, the controllers, the scheduler, the node agent and the L4 proxy of a small
cluster whose containers are processes. What does not: anything about lessons, notebooks or learners (that is
`ingress_lab` and `labtools`), and any proxying of HTTP (that is Traefik's work, here as on a real cluster).

Reading order:
  cluster.py      what other packages may use: start, stop, status
  process/        the cluster as processes: `serve` is its own, `startup` the visible list of steps
  kinds/          one module per kind of object, with all that is particular to it
  upstream/       the facts of Kubernetes' Go types, and its version
  client/         the API's verbs as the parts call them; informers and events
  api/            the API server: a request from the wire to the store, and out again by watch
  controllers/    desired state made real, through the API alone; `controllers/scheduling` finds a node for a Pod
  node/           Pods as processes: images, volumes, probes, logs; `node/l4` balances connections at layer 4
  shared/         what every part may use
  testing/        a cluster for tests: the control plane in memory, and pytest's fixtures
"""
