# [rows] an Ingress as routes: host, path, pathType, addresses
def rows(ingress):
    namespace, spec = ingress["metadata"]["namespace"], ingress["spec"]
    for rule in spec.get("rules", []):
        for path in rule.get("http", {}).get("paths", []):
            where = rule.get("host", ""), path.get("path", "/"), path["pathType"]
            yield (*where, pods(namespace, path["backend"]))
    if "defaultBackend" in spec:
        yield "", "", "Prefix", pods(namespace, spec["defaultBackend"])


# [end]
