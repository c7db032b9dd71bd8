# [kinds] what is followed
KINDS = ["ingresses", "ingressclasses", "services", "endpointslices"]


# [ours] which Ingresses this controller serves
def ours(ingress):
    found = objects["ingressclasses"].get(("", ingress["spec"].get("ingressClassName")), {})
    return found.get("spec", {}).get("controller") == "ingress-lab.dev/mine"


# [pods] where the requests for a Service go
def pods(namespace, backend):
    name, found = backend["service"]["name"], set()
    wanted = port_of(objects["services"].get((namespace, name), {}), backend).get("name", "")
    for piece in objects["endpointslices"].values():
        meta = piece["metadata"]
        if (meta["namespace"], meta.get("labels", {}).get("kubernetes.io/service-name")) == (namespace, name):
            ports = [port["port"] for port in piece.get("ports") or [] if port.get("name", "") == wanted]
            ready = [e for e in piece.get("endpoints") or [] if e.get("conditions", {}).get("ready") is not False]
            found |= {f"{e['addresses'][0]}:{port}" for e in ready for port in ports}
    return sorted(found)


# [end]
