"""An ingress controller: it reads Ingresses from the API (kube.py), and gives their routes to a proxy (proxy.py)."""

import os
import threading
import time

import proxy
from kube import PATHS, Gone, key, port_of, send, set_address, watch

NAMESPACE, POD, ADDRESS = os.environ["POD_NAMESPACE"], os.environ["POD_NAME"], os.environ["POD_IP"]
objects: dict[str, dict] = {}
changed = threading.Event()

# [kinds] what is followed
KINDS = ["ingresses"]


# [follow] runs for ever, in a thread for each kind
def follow(kind):
    while True:
        try:
            listed(kind, send("GET", PATHS[kind])["items"])
        except OSError as error:
            print(kind, error, flush=True)
        time.sleep(2)


# [changes] what a list and what an event of a watch change here
def listed(kind, found):
    objects[kind] = {row[:3]: row[3] for ingress in found for row in rows(ingress)}
    changed.set()


def seen(kind, event, obj):
    for *where, addresses in rows(obj):
        if event == "DELETED":
            objects[kind].pop(tuple(where), None)
        else:
            objects[kind][tuple(where)] = addresses
    changed.set()


def routes():
    return sorted(((*where, addresses) for where, addresses in list(objects["ingresses"].items())), key=order)


# [order] of all routes that fit a request, the proxy takes the first
def order(route):
    return 0


# [rows] an Ingress as routes: host, path, pathType, addresses
def rows(ingress):
    for rule in ingress["spec"].get("rules", []):
        for path in rule.get("http", {}).get("paths", []):
            where = rule.get("host", ""), path.get("path", "/"), path["pathType"]
            yield (*where, pods(ingress["metadata"]["namespace"], path["backend"]))


# [ours] which Ingresses this controller serves
def ours(ingress):
    return True


# [pods] where the requests for a Service go
def pods(namespace, backend):
    service = send("GET", f"/api/v1/namespaces/{namespace}/services/{backend['service']['name']}")
    port = port_of(service, backend)
    return [f"{service['spec']['clusterIP']}:{port['port']}"] if port else []


# [tell] the address in the status of the Ingresses
def tell():
    pass


# [end]
def main():
    for kind in KINDS:
        threading.Thread(target=follow, args=[kind], daemon=True).start()
    while True:
        changed.wait(1)
        changed.clear()
        if objects.keys() >= set(KINDS):
            proxy.take(routes())
            try:
                tell()
            except OSError as error:
                print("status:", error, flush=True)


if __name__ == "__main__":
    main()
