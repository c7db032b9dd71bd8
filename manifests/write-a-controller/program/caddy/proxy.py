"""Caddy, which runs in this Pod's other container: `take` posts its whole configuration to the admin API (/load).

Caddy tries routes in the order in which they are given, and the first that fits ends the search.
"""

import json
import os
import time
import urllib.error
import urllib.request

ADDRESS = os.environ.get("POD_IP", "127.0.0.1")
last: dict = {}


def take(routes: list[tuple[str, str, str, list[str]]]) -> None:
    """Routes as (host, path, pathType, addresses of Pods); "" is every host. The first that fits answers."""
    made = [_route(*route) for route in routes] + [{"handle": [{"handler": "static_response", "status_code": 404}]}]
    server = {"listen": [f"{ADDRESS}:8000"], "routes": made, "automatic_https": {"disable": True}}
    wanted = {
        "admin": {"listen": f"{ADDRESS}:2019"},
        "logging": {"logs": {"default": {"level": "WARN"}}},
        "apps": {"http": {"servers": {"http": server}}},
    }
    if wanted != last.get("taken"):
        _load(wanted)
        last["taken"] = wanted


def _route(host: str, path: str, kind: str, addresses: list[str]) -> dict:
    match: dict = {"expression": _fits(path, kind)}
    if host:
        match["host"] = [host]
    if not addresses:
        return {"match": [match], "terminal": True, "handle": [{"handler": "static_response", "status_code": 503}]}
    proxy = {
        "handler": "reverse_proxy",
        "upstreams": [{"dial": address} for address in addresses],
        "load_balancing": {"selection_policy": {"policy": "round_robin"}},
    }
    return {"match": [match], "terminal": True, "handle": [proxy]}


def _fits(path: str, kind: str) -> str:
    """In CEL: Caddy's own matcher of paths takes no account of case."""
    asked, wanted, slash = "{http.request.uri.path}", json.dumps(path), json.dumps(path.rstrip("/") + "/")
    if kind == "Exact":
        return f"{asked} == {wanted}"
    return f"{asked} == {json.dumps(path.rstrip('/'))} || {asked}.startsWith({slash})"


def _load(wanted: dict) -> None:
    """Caddy may still be starting."""
    body = json.dumps(wanted).encode()
    own = "localhost" if ADDRESS.startswith("127.") else ADDRESS  # the name that Caddy takes requests for
    headers = {"Content-Type": "application/json", "Host": f"{own}:2019"}
    for _ in range(50):
        request = urllib.request.Request(f"http://{ADDRESS}:2019/load", body, headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=10):  # noqa: S310
                return
        except urllib.error.HTTPError as error:
            print("Caddy refuses:", error.read().decode(), flush=True)
            return
        except OSError:
            time.sleep(0.1)
