"""Explanations of other people's programs: about thirty situations, each planted, and what must be said of it."""

import base64
import json
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from ingress_lab.lab import Lab
from ingress_lab.lessons.certificates import authority
from ingress_lab.lessons.certificates.certificate import Certificate
from labcore import clusters
from labtools.clusters.context import forward
from labtools.clusters.context.entry import Forwardable
from labtools.explain.explanation import Explanation
from loopkube.cluster import ClusterInfo

pytestmark = pytest.mark.long
PROGRAM = Path(__file__).with_name("foreign_program.py")
OWN, NGINX = "traefik.ingress.kubernetes.io/", "nginx.ingress.kubernetes.io/"
Objects = list[dict]


@dataclass(frozen=True)
class Situation:
    """What is planted, and the verdict: the Service that answered, the status, the broken link, words of the reason.

    `command`: the beginning of the fix's command, which the test runs: then the link is whole.
    """

    plant: Callable[[str], Objects]
    status: int
    answered_by: str = ""
    link: str = ""
    why: str = ""
    scheme: str = "http"
    command: str = ""
    fixed: int = 200
    unread: tuple[str, ...] = ()
    text: str = ""
    asked: bool = field(default=True)


def service(name: str, target: int | str, port: int = 80, port_name: str = "http", **more: object) -> dict:
    """Of the one Pod; `selector`, `annotations`, `type` as they are given."""
    notes = more.pop("annotations", {})
    ports = [{"name": port_name, "port": port, "targetPort": target}]
    spec = {"selector": {"app": "foreign"}, "ports": ports, **more}
    if spec["selector"] is None:
        del spec["selector"]
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "annotations": notes}, "spec": spec}


def ingress(host: str, service_name: str, port: int = 80, class_name: str = "traefik", **more: object) -> dict:
    backend = {"service": {"name": service_name, "port": {"number": port}}}
    rule = {"host": host, "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}
    spec = {"ingressClassName": class_name, "rules": [rule]}
    if "tls" in more:
        spec["tls"] = [{"hosts": [host], "secretName": more["tls"]}]
    meta = {"name": host.partition(".")[0], "annotations": more.get("annotations", {})}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": meta, "spec": spec}


def plain(target: int, **more: object) -> Callable[[str], Objects]:
    return lambda host: [service("shop", target), ingress(host, "shop", **more)]


def of_service(class_name: str = "traefik", notes: dict | None = None, **how: object) -> Callable[[str], Objects]:
    port = how.get("port", 80)
    return lambda host: [service("shop", **how), ingress(host, "shop", port, class_name, annotations=notes or {})]


def own_endpoints(kind: str, port_name: str, address: str = "127.244.250.9") -> Callable[[str], Objects]:
    """A Service without a selector, and the addresses that a person wrote."""

    def plant(host: str) -> Objects:
        made = [service("far", 8001, selector=None), ingress(host, "far")]
        port = {"name": port_name, "port": 8001}
        if kind == "Endpoints":
            subset = {"addresses": [{"ip": address}], "ports": [port]}
            return [*made, {"apiVersion": "v1", "kind": kind, "metadata": {"name": "far"}, "subsets": [subset]}]
        meta = {"name": "far-1", "labels": {"kubernetes.io/service-name": "far"}}
        body = {"addressType": "IPv4", "endpoints": [{"addresses": [address]}], "ports": [port]}
        return [*made, {"apiVersion": "discovery.k8s.io/v1", "kind": kind, "metadata": meta, **body}]

    return plant


def secret(name: str, certificate: Certificate, key: Certificate | None = None, **more: object) -> dict:
    made = certificate.secret(name)
    if key is not None:
        made["data"]["tls.key"] = base64.b64encode(key.key_pem).decode()
    return {**made, **more}


def with_tls(make: Callable[[str], Objects], class_name: str = "traefik") -> Callable[[str], Objects]:
    plainly = {f"{NGINX}ssl-redirect": "false"} if class_name == "nginx" else {}
    return lambda host: [
        service("shop", 8001),
        ingress(host, "shop", class_name=class_name, tls="pair", annotations=plainly),
        *make(host),
    ]


def other_key(host: str) -> Objects:
    """What an API that checks pairs of type kubernetes.io/tls does not see: the type is another."""
    made = secret("pair", authority().issue(host), authority().issue(host), type="Opaque")
    return [made]


TLS = {"annotations": {f"{OWN}service.serversscheme": "https"}}
PASSWORDS = {f"{NGINX}auth-type": "basic", f"{NGINX}auth-secret": "people"}

SITUATIONS: dict[str, Situation] = {
    "http-server": Situation(plain(8000), 200, "shop", text="gets 200 from shop"),
    "page": Situation(plain(8001), 200, "shop"),
    "page-nginx": Situation(plain(8001, class_name="nginx"), 200, "shop"),
    "own-404": Situation(plain(8002), 404, "shop", "Application", "an application of Service shop itself answered 404"),
    "traefiks-words": Situation(plain(8003), 404, "shop", "Application", "itself answered 404"),
    "own-403": Situation(plain(8004), 403, "shop", "Application", "itself answered 403"),
    "own-500": Situation(plain(8005), 500, "shop", "Application", "itself answered 500"),
    "own-503": Situation(plain(8007), 503, "shop", "Application", "itself answered 503"),
    "own-redirect": Situation(plain(8006), 302, "shop"),
    "closes": Situation(plain(8009), 502, "", "Pod", "close them without an HTTP answer"),
    "nobody": Situation(plain(8010), 502, "", "Pod", "nothing listens on port 8010"),
    "port-443": Situation(
        of_service(target=8001, port=443), 500, "", "Port", "it has the number 443", command="annotate service"
    ),
    "port-https": Situation(
        of_service(target=8001, port_name="https-web"), 500, "", "Port", "begins with https", command="annotate service"
    ),
    "serversscheme": Situation(
        of_service(target=8001, **TLS), 500, "", "Port", "serversscheme: https", command="annotate service"
    ),
    "backend-protocol": Situation(
        of_service("nginx", {f"{NGINX}backend-protocol": "HTTPS"}, target=8001),
        500, "", "Port", "backend-protocol: HTTPS", command="annotate ingress",
    ),
    "tls-program": Situation(
        of_service(target=8443), 502, "", "Port", "speak TLS", command="annotate service", fixed=500
    ),
    "tls-program-nginx": Situation(
        of_service("nginx", target=8443), 502, "", "Port", "speak TLS", command="annotate ingress"
    ),
    "untrusted": Situation(of_service(target=8443, **TLS), 500, "", "Pod", "does not trust the certificate"),
    "other-port-name": Situation(
        own_endpoints("Endpoints", "web"), 503, "", "EndpointSlice", "calls the port http", command="patch endpoints"
    ),
    "other-slice-port-name": Situation(
        own_endpoints("EndpointSlice", "web"),
        503, "", "EndpointSlice", "call theirs web", command="patch endpointslice",
    ),
    "own-endpoints-refused": Situation(
        own_endpoints("Endpoints", "http"), 502, "", "Pod", "reached no program at 127.244.250.9:8001"
    ),
    "no-endpoints": Situation(
        lambda host: [service("far", 80, selector=None), ingress(host, "far")], 503, "", "EndpointSlice", "no selector"
    ),
    "no-passwords": Situation(
        of_service("nginx", PASSWORDS, target=8001), 404, "", "Rule", "has no Secret people", text="auth-type: basic"
    ),
    "client-certificates": Situation(
        of_service("nginx", {f"{NGINX}auth-tls-secret": "flow-explain-foreign/none"}, target=8001),
        404, "", "Rule", "its log says: Cannot build client auth TLS option",
    ),
    "entry-point": Situation(
        of_service(notes={f"{OWN}router.entrypoints": "http"}, target=8001),
        404, "", "Rule", 'entryPoint "http" doesn\'t exist', command="annotate ingress",
    ),
    "middleware": Situation(
        of_service(notes={f"{OWN}router.middlewares": "default-x@kubernetescrd"}, target=8001),
        404, "", "Rule", 'middleware "default-x@kubernetescrd" does not exist',
    ),
    "external-name": Situation(
        lambda host: [
            {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "away"},
             "spec": {"type": "ExternalName", "externalName": "example.com", "ports": [{"port": 80}]}},
            ingress(host, "away"),
        ], 404, "", "Service", "is of type ExternalName",
    ),
    "others-annotation": Situation(
        of_service(notes={f"{NGINX}rewrite-target": "/", "haproxy.org/x": "1"}, target=8001),
        200, "shop", unread=("haproxy.org/x", f"{NGINX}rewrite-target"), text="its class (traefik) does not read",
    ),
    "misspelt-annotation": Situation(
        of_service("nginx", {f"{NGINX}rewrite-traget": "/", f"{OWN}router.tls": "true"}, target=8001),
        200, "shop", unread=(f"{NGINX}rewrite-traget", f"{OWN}router.tls"),
    ),
    "certificate": Situation(
        with_tls(lambda host: [secret("pair", authority().issue(host))]), 200, "shop", scheme="https",
        text="Secret flow-explain-foreign/pair",
    ),
    "certificate-missing": Situation(
        with_tls(lambda host: []), 200, "shop", "Certificate", "has none of that name; so the controller shows TRAEFIK",
        scheme="https",
    ),
    "certificate-missing-nginx": Situation(
        with_tls(lambda host: [], "nginx"), 200, "shop", "Certificate", "has none of that name", scheme="https"
    ),
    "certificate-not-named": Situation(plain(8001), 200, "shop", "Certificate", "No Ingress names a", scheme="https"),
    "certificate-type": Situation(
        with_tls(lambda host: [{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "pair"}}]),
        200, "shop", "Certificate", "has no tls.crt", scheme="https",
    ),
    "certificate-other-key": Situation(
        with_tls(other_key), 200, "shop", "Certificate", "does not belong to the certificate", scheme="https"
    ),
    "certificate-other-host": Situation(
        with_tls(lambda host: [secret("pair", authority().issue("else.test"))]),
        200, "shop", "Certificate", "is for else.test, not for", scheme="https",
    ),
    "certificate-expired": Situation(
        with_tls(lambda host: [secret("pair", authority().issue(host, days=10, age=20))]),
        200, "shop", "Certificate", "expired on", scheme="https",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def lab(cluster: ClusterInfo) -> Iterator[Lab]:
    made = Lab.connect("flow-explain-foreign")
    own = authority().issue("foreign.test")
    files = {"app.py": PROGRAM.read_text(), "tls.crt": own.pem.decode(), "tls.key": own.key_pem.decode()}
    container = {
        "name": "app",
        "image": "python:3.13-alpine",
        "command": ["python", "/app/app.py"],
        "volumeMounts": [{"name": "app", "mountPath": "/app"}],
        "readinessProbe": {"tcpSocket": {"port": 8443}, "periodSeconds": 1},
    }
    volumes = [{"name": "app", "configMap": {"name": "app"}}]
    spec = {"terminationGracePeriodSeconds": 1, "containers": [container], "volumes": volumes}
    pod = {"kind": "Pod", "metadata": {"name": "foreign", "labels": {"app": "foreign"}}, "spec": spec}
    config = {"kind": "ConfigMap", "metadata": {"name": "app"}, "data": files}
    made.apply([{"apiVersion": "v1", **obj} for obj in (config, pod)])
    made.wait("pod/foreign")
    yield made
    made.clean_up()


@pytest.fixture
def empty(lab: Lab) -> Iterator[Lab]:
    yield lab
    for kind in ("ingresses", "services", "secrets", "endpoints", "endpointslices"):
        for obj in lab.objects(kind):
            lab.delete(f"{kind}/{obj['metadata']['name']}", missing_ok=True)


@pytest.mark.parametrize("name", SITUATIONS)
def test_what_is_said(empty: Lab, name: str) -> None:
    wanted, url = SITUATIONS[name], f"{SITUATIONS[name].scheme}://{name}.test/"
    empty.apply(wanted.plant(f"{name}.test"))
    empty.settle()
    found = empty.explain(url)
    assert found.seen is not None and found.asked
    fault = found.fault
    assert (found.seen.status, found.answered_by, fault.link if fault else "") == (
        wanted.status, wanted.answered_by, wanted.link,
    ), str(found)  # fmt: skip
    assert wanted.why in (fault.why if fault else ""), str(found)
    assert tuple(sorted(found.unread)) == wanted.unread
    assert wanted.text in str(found) and "has the controller taken in the last change" not in str(found)
    assert not fault or (found.chain.broken and found.chain.broken.kind == fault.link) or fault.link == "Application"
    assert not fault or "targetPort" not in fault.fix or name == "nobody"
    if wanted.command and fault:
        assert wanted.command in fault.fix, fault.fix
        followed(empty, fault.fix)
        whole(empty, url, wanted)


def whole(lab: Lab, url: str, wanted: Situation) -> None:
    """After the fix the link is whole: the answer is another."""
    lab.settle()
    status = 502 if wanted.link == "EndpointSlice" else wanted.fixed
    assert lab.wait_routed(url, status=status)
    found: Explanation = lab.explain(url)
    assert found.fault is None or found.fault.link != wanted.link, str(found)


def followed(lab: Lab, fix: str) -> None:
    """What kubectl would do with the command at the end of a fix."""
    command = shlex.split(fix.splitlines()[-1].strip())
    assert command[:3] == ["kubectl", "-n", lab.namespace]
    resource = lab.api.resources().named(command[4])
    path = resource.path(lab.namespace, command[5])
    if command[3] == "annotate":
        key, _, value = command[6].partition("=")
        body: object = {"metadata": {"annotations": {key: value}}}
        lab.api.request("patch", path, body, content_type="application/merge-patch+json")
        return
    assert command[3] == "patch" and command[6:8] == ["--type=json", "-p"]
    lab.api.request("patch", path, json.loads(command[8]), content_type="application/json-patch+json")


def test_a_secret_of_another_namespace(empty: Lab) -> None:
    host = "certificate-elsewhere.test"
    other = Lab.connect("flow-explain-secrets")
    try:
        other.apply(secret("pair", authority().issue(host)))
        empty.apply(with_tls(lambda host: [])(host))
        empty.settle()
        fault = empty.explain(f"https://{host}/").fault
        assert fault is not None and fault.link == "Certificate" and "pair is in flow-explain-secrets" in fault.fix
    finally:
        other.clean_up()


def test_nobody_without_the_right_may_ask_traefik(lab: Lab) -> None:
    """Its port can be dialled by any user of this machine, and by any Pod, so a token is asked for."""
    import requests

    pod = next(iter(lab.api.list(lab.api.resources().named("pods"), "traefik")["items"]))
    place = f"{pod['status']['podIP']}:8080"
    if not clusters.of(lab.cluster).reaches_pods:
        entry = forward.entry(lab.api, Forwardable("traefik", pod["metadata"]["name"], 8080, 8080))
        place = f"{entry.address}:{entry.http_port}"
    url = f"http://{place}/api/rawdata"
    assert requests.get(url, timeout=5).status_code == 403
    path = f"/api/v1/namespaces/{lab.namespace}/serviceaccounts/default/token"
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 600}}
    token = lab.api.request("post", path, body)["status"]["token"]
    assert requests.get(url, headers={"Authorization": f"Bearer {token}"}, timeout=5).status_code == 403
