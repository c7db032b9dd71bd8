# [kinds] what is followed
KINDS = ["ingresses", "services"]


# [changes] what a list and what an event of a watch change here
def listed(kind, found):
    objects[kind] = {key(obj): obj for obj in found}
    changed.set()


def seen(kind, event, obj):
    others = {name: other for name, other in objects[kind].items() if name != key(obj)}
    objects[kind] = others if event == "DELETED" else {**others, key(obj): obj}
    changed.set()


def routes():
    served = [ingress for ingress in objects["ingresses"].values() if ours(ingress)]
    return sorted((row for ingress in served for row in rows(ingress)), key=order)


# [pods] where the requests for a Service go
def pods(namespace, backend):
    service = objects["services"].get((namespace, backend["service"]["name"]), {})
    port = port_of(service, backend)
    return [f"{service['spec']['clusterIP']}:{port['port']}"] if port else []


# [end]
