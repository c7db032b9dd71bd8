"""The stand-ins of one namespace: Services as the Ingresses name them, one program behind all, missing Secrets."""

import base64
import copy
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.resources import files

from labtools.migrate.replay.corpus.rules import annotations_of
from labtools.migrate.replay.moving import namespace_of

FIRST_PORT = 10001
PERMISSION = "stand-in-permission"
"""The Service that gives or refuses permission in place of what an auth-url names."""
PERMISSION_PORT = 8080
NAME = "stand-in"
_PATIENT = {"periodSeconds": 1, "timeoutSeconds": 10, "failureThreshold": 30}
"""A machine with much to do is no reason to take a stand-in away in the middle of a replay."""
PASSWORD = "replay"  # noqa: S105 - everybody may read it, in the corpus
Issue = Callable[[tuple[str, ...]], tuple[bytes, bytes, bytes]]
"""Certificate and key for some names, and the certificate of who signed it, in PEM."""


def services(objects: Iterable[dict], namespace: str) -> list[dict]:
    """All Services of a namespace that Ingresses lead to; ports as the folder's own Services have them."""
    kept = [obj for obj in objects if namespace_of(obj) == namespace]
    own = {obj["metadata"]["name"]: obj for obj in kept if obj["kind"] == "Service"}
    wanted: dict[str, dict[object, None]] = {PERMISSION: {PERMISSION_PORT: None}}
    for ingress in kept:
        if ingress["kind"] == "Ingress":
            for name, port in _named(ingress):
                wanted.setdefault(name, {}).setdefault(port)
    made, number = [], FIRST_PORT
    for name, ports in wanted.items():
        listed = _ports(own.get(name), list(ports))
        for port in listed:
            port["targetPort"], number = number, number + 1
        made.append(_service(name, namespace, listed, own.get(name) or {}))
    return made


def _named(ingress: dict) -> Iterator[tuple[str, object]]:
    """Each Service that the Ingress leads to, with its port: a number or a name."""
    spec = ingress.get("spec") or {}
    backends = [spec.get("defaultBackend") or {}]
    for rule in spec.get("rules") or []:
        backends += [path.get("backend") or {} for path in (rule.get("http") or {}).get("paths") or []]
    for backend in backends:
        if service := backend.get("service"):
            port = service.get("port") or {}
            yield str(service.get("name")), port.get("number") or port.get("name") or 80
    if default := annotations_of(ingress).get("default-backend"):
        yield default, 80


def _ports(service: dict | None, wanted: list[object]) -> list[dict]:
    """One entry for each port; every port has a name, which a Service with several needs."""
    own = ((service or {}).get("spec") or {}).get("ports") or []
    found = [{"name": str(p.get("name") or f"port-{p.get('port')}"), "port": p.get("port")} for p in own]
    known = {name for port in found for name in port.values()}
    for port in wanted:
        if port in known:
            continue
        free = next(n for n in range(80, 65536) if n not in {p["port"] for p in found})
        found.append({"name": port, "port": free} if isinstance(port, str) else {"name": f"port-{port}", "port": port})
    return found


def _service(name: str, namespace: str, ports: list[dict], own: Mapping) -> dict:
    annotations = (own.get("metadata") or {}).get("annotations") or {}
    kept = {key: value for key, value in (own.get("spec") or {}).items() if key == "sessionAffinity"}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "name": name,
            "namespace": namespace,
            "annotations": {str(k): str(v) for k, v in annotations.items()},
        },
        "spec": {"selector": {"app": NAME}, "ports": ports} | kept,
    }


def secure(objects: Iterable[dict], namespace: str) -> list[str]:
    """The Services that speak TLS: their Ingress says so, or appProtocol of their ports."""
    found: dict[str, None] = {}
    for obj in objects:
        if namespace_of(obj) != namespace:
            continue
        if obj["kind"] == "Service" and any(_is_tls(port) for port in (obj.get("spec") or {}).get("ports") or []):
            found.setdefault(obj["metadata"]["name"])
        elif obj["kind"] == "Ingress" and annotations_of(obj).get("backend-protocol", "").upper() in ("HTTPS", "GRPCS"):
            found |= {name: None for name, _ in _named(obj)}
    return list(found)


def _is_tls(port: Mapping) -> bool:
    return str(port.get("appProtocol", "")).lower() == "https"


def program(namespace: str, made: Iterable[dict], spoken: Iterable[str], issue: Issue) -> list[dict]:
    """The program, its certificate, and two Pods behind these Services; those of `spoken` speak TLS."""
    ports = {port["targetPort"]: obj["metadata"]["name"] for obj in made for port in obj["spec"]["ports"]}
    source = files("labtools.migrate.replay").joinpath("stand_in.py").read_text(encoding="utf-8")
    meta = {"name": NAME, "namespace": namespace}
    container = {
        "name": NAME,
        "image": "python:3.13",
        "command": ["python", "/program/stand_in.py"],
        "env": [
            {"name": "SERVICES", "value": " ".join(f"{port}={name}" for port, name in ports.items())},
            {"name": "SECURE", "value": " ".join(spoken)},
            {"name": "CERTIFICATES", "value": "/certificates"},
            {"name": "POD_NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
            {"name": "POD_IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
        ],
        "volumeMounts": [
            {"name": "program", "mountPath": "/program"},
            {"name": "certificates", "mountPath": "/certificates"},
        ],
        "readinessProbe": {"httpGet": {"path": "/healthz", "port": FIRST_PORT}} | _PATIENT,
    }
    pod = {
        "containers": [container],
        "volumes": [
            {"name": "program", "configMap": {"name": NAME}},
            {"name": "certificates", "secret": {"secretName": NAME}},
        ],
        "terminationGracePeriodSeconds": 1,
    }
    return [
        _certificate((namespace, NAME), issue((NAME,))),
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": {"stand_in.py": source}},
        *(_deployment(namespace, pod, number) for number in ("1", "2")),
    ]


def _deployment(namespace: str, pod: dict, number: str) -> dict:
    """One of the Pods: each knows its number, so that a request can tell one of them what to answer."""
    made, labels = copy.deepcopy(pod), {"app": NAME, "number": number}
    made["containers"][0]["env"].append({"name": "NUMBER", "value": number})
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": f"{NAME}-{number}", "namespace": namespace},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": made},
        },
    }


def secrets(objects: Iterable[dict], issue: Issue) -> list[dict]:
    """Those that Ingresses name and nobody has: certificates; and the password replay of the user replay."""
    kept = list(objects)
    there = {(namespace_of(o), o["metadata"]["name"]) for o in kept if o["kind"] == "Secret"}
    made: dict[tuple[str, str], dict] = {}
    for ingress in kept:
        for key, secret in _wanted(ingress, issue) if ingress["kind"] == "Ingress" else ():
            if key[1] and key not in there:
                made.setdefault(key, secret)
    return list(made.values())


def _wanted(ingress: dict, issue: Issue) -> Iterator[tuple[tuple[str, str], dict]]:
    space, said = namespace_of(ingress), annotations_of(ingress)
    for tls in (ingress.get("spec") or {}).get("tls") or []:
        key = (space, str(tls.get("secretName") or ""))
        yield key, _certificate(key, issue(tuple(map(str, tls.get("hosts") or ["any.replay.invalid"]))))
    for name in ("auth-tls-secret", "proxy-ssl-secret"):
        key = _key(said.get(name, ""), space)
        yield key, _certificate(key, issue(("client",)))
    key = _key(said.get("auth-secret", ""), space)
    yield key, _passwords(key, said.get("auth-secret-type", "auth-file"))


def _key(written: str, space: str) -> tuple[str, str]:
    place, slash, name = written.rpartition("/")
    return place if slash else space, name


def _certificate(key: tuple[str, str], parts: tuple[bytes, bytes, bytes]) -> dict:
    named = zip(("tls.crt", "tls.key", "ca.crt"), parts, strict=True)
    data = {name: base64.b64encode(part).decode() for name, part in named}
    meta = {"namespace": key[0], "name": key[1]}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": meta, "type": "kubernetes.io/tls", "data": data}


def _passwords(key: tuple[str, str], form: str) -> dict:
    """As htpasswd -s writes them, which both nginx and Traefik read; by user for the form auth-map."""
    digest = "{SHA}" + base64.b64encode(hashlib.sha1(PASSWORD.encode()).digest()).decode()  # noqa: S324 - htpasswd's form
    data = {PASSWORD: digest} if form == "auth-map" else {"auth": f"{PASSWORD}:{digest}\n"}
    meta = {"namespace": key[0], "name": key[1]}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": meta, "type": "Opaque", "stringData": data}
