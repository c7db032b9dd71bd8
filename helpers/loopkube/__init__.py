"""loopkube: a Kubernetes cluster on this machine's loopback addresses, for learning.

What belongs here: an API server, the controllers, the scheduler, the node agent and the L4 proxy of a small
cluster whose containers are processes. What does not: anything about lessons, notebooks or learners (that is
`ingress_lab`), and any proxying of HTTP (that is Traefik's work, here as on a real cluster).

Reading order:
  cluster.py      what other packages may use: start, stop, status
  serve.py        the cluster process as a visible list of steps; the only module that knows all parts
  upstream/       what Kubernetes itself declares: its version, its schema, the facts of its Go types
  kinds/          one module per kind: its names, defaults, rules, columns
  client.py       the API's verbs
  store.py, api/  the API server: a request from the wire to the store, and out again by watch
  informer.py, controllers/, scheduling/   desired state made real, through the API alone
  node/           Pods as processes: images, volumes, probes, logs
  service_proxy.py, l4/   Services: connections balanced at layer 4, in a process of its own
"""
