# [order] of all routes that fit a request, the proxy takes the first
def order(route):
    host, path, kind, _ = route
    return not host, host.startswith("*"), kind != "Exact", -len(path)


# [end]
