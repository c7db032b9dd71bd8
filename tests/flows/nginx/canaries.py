"""Canaries: who gets the new application, by header, by cookie, by weight, and by the session it began with."""

import hashlib

from nginx.cases import MISSING, Ask, Case, ingress, service

ALWAYS, NEVER = {"CanaryByHeader": "always"}, {"CanaryByHeader": "never"}
HEADER = {"canary": "true", "canary_by_header": "CanaryByHeader"}


def canary(upstream: str, host: str, asks: list, main: dict | None = None, **annotations: str) -> Case:
    """The main Ingress leads to `echo`, its canary to `other`, each by a Service of its own: ingress-nginx keeps one
    rule for each Service, that of the first canary that names it."""
    name = host.partition(".")[0]
    services = [service(f"{name}-main", "echo"), service(f"{name}-canary", "other")]
    first = ingress(host, ("/info", f"{name}-main"), **main or {})
    second = ingress(host, ("/info", f"{name}-canary"), name=f"{host}-canary", **annotations)
    return Case(f"annotations/canary.go: {upstream}", [first, second, *services], asks)


def key(service: str) -> str:
    """What a cookie names an upstream by (balancer/sticky.lua, sync): the namespace of the cases is flow-nginx."""
    name = f"flow-nginx-{service}-80"
    return hashlib.md5((hashlib.md5(name.encode()).hexdigest() + name).encode()).hexdigest()


def info(by: str, times: int = 1, **send: str) -> Ask:
    return Ask("/info", by=by, times=times, send={name.replace("_", "-"): value for name, value in send.items()})


CANARIES = [
    canary(
        "should route requests to the correct upstream if mainline ingress is created before the canary ingress, "
        "when canaried by header with no value",
        "header.canary",
        [
            info("other", **ALWAYS),
            info("echo", **NEVER),
            info("echo", CanaryByHeader="badheadervalue"),
            info("echo", times=20),
        ],
        **HEADER,
    ),
    canary(
        "when canaried by header with value",
        "value.canary",
        [
            info("other", CanaryByHeader="DoCanary"),
            info("echo", **ALWAYS),
            info("echo", **NEVER),
            info("echo", CanaryByHeader="otherheadervalue"),
        ],
        **HEADER,
        canary_by_header_value="DoCanary",
    ),
    canary(
        "when canaried by header with value and pattern",
        "pattern.canary",
        [info("other", CanaryByHeader="DoCanary"), info("echo", CanaryByHeader="Docanary")],
        **HEADER,
        canary_by_header_pattern="^Do[A-Z][a-z]+y$",
    ),
    canary(
        "should routes to mainline upstream when the given Regex causes error",
        "fault.canary",
        [info("echo", CanaryByHeader="DoCanary", Cookie="CanaryByCookie=always")],
        **HEADER,
        canary_by_header_pattern="[][**da?$&*",
        canary_by_cookie="CanaryByCookie",
    ),
    canary(
        "when canaried by header with value and cookie",
        "both.canary",
        [info("other", CanaryByHeader="otherheadervalue", Cookie="CanaryByCookie=always")],
        **HEADER,
        canary_by_header_value="DoCanary",
        canary_by_cookie="CanaryByCookie",
    ),
    canary(
        "when canaried by cookie, respects always and never values",
        "cookie.canary",
        [
            info("other", times=20, Cookie="a=b; Canary-By-Cookie=always"),
            info("echo", times=20, Cookie="Canary-By-Cookie=never"),
            info("echo", times=20, Cookie="Canary-By-Cookie=badcookievalue"),
        ],
        canary="true",
        canary_by_cookie="Canary-By-Cookie",
    ),
    canary(
        "should route requests only to mainline if canary weight is 0",
        "zero.canary",
        [info("echo", times=20)],
        canary="true",
        canary_weight="0",
    ),
    canary(
        "should route requests only to canary if canary weight is 100",
        "hundred.canary",
        [info("other", times=20)],
        canary="true",
        canary_weight="100",
    ),
    canary(
        "should route requests only to canary if canary weight is equal to canary weight total",
        "total.canary",
        [info("other", times=20)],
        canary="true",
        canary_weight="1000",
        canary_weight_total="1000",
    ),
    canary(
        "always routes traffic to canary if first request was affinitized to canary (default behavior)",
        "affine.canary",
        [
            Ask("/info", by="other", send={"ForceCanary": "yes"}, headers={"Set-Cookie": "aff="}),
            Ask("/info", by="other", send={"Cookie": f"aff=anything|{key('affine-canary')}"}, times=20),
            Ask(
                "/info", by="echo", send={"Cookie": f"aff=anything|{key('affine-main')}", "ForceCanary": "yes"}, times=5
            ),
        ],
        main={"affinity": "cookie", "session_cookie_name": "aff"},
        canary="true",
        canary_by_header="ForceCanary",
        canary_by_header_value="yes",
        canary_weight="1",
    ),
    canary(
        "routes traffic to either mainline or canary backend (legacy behavior): no cookie of the canary",
        "legacy.canary",
        [Ask("/info", by="other", send={"ForceCanary": "yes"}, headers={"Set-Cookie": MISSING})],
        main={"affinity": "cookie", "session_cookie_name": "aff"},
        canary="true",
        canary_by_header="ForceCanary",
        canary_by_header_value="yes",
        affinity_canary_behavior="legacy",
    ),
    Case(
        "annotations/canary.go: should return 404 status for requests to the canary if no matching ingress is found",
        [ingress("alone.canary", ("/info", "alone"), **HEADER), service("alone", "other")],
        [Ask("/info", 404, send=ALWAYS)],
    ),
]
