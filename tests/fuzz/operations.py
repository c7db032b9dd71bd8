"""Random requests for the paths and methods that our own OpenAPI documents name, and for some that nobody named."""

import json
from dataclasses import dataclass, field
from random import Random
from urllib.parse import quote

from objects import HOSTILE, JUNK, NAMES, Maker, spoilt

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FROB")
TYPES = (
    "application/json", "application/yaml", "application/json-patch+json", "application/merge-patch+json",
    "application/strategic-merge-patch+json", "application/apply-patch+yaml", "application/vnd.kubernetes.protobuf",
    "text/plain", "application/cbor", "", "a/b; c=d", "application/json; charset=latin-1",
)  # fmt: skip
ACCEPTS = (
    "application/json", "*/*", "application/json;as=Table;v=v1;g=meta.k8s.io", "application/yaml", "text/html", "",
    "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json",
    "application/vnd.kubernetes.protobuf", "application/json;as=Frob", ",,,;;;",
)  # fmt: skip
QUERIES = {
    "limit": ("0", "1", "-1", "x", "9" * 30, "9" * 5000, "0" * 5000),
    "timeoutSeconds": ("0", "1", "-1", "x", "9" * 18, "9" * 30, "9" * 5000),
    "continue": ("x", "eyJ2IjoibWV0YS5rOHMuaW8vdjEifQ", "%00", "..."),
    "resourceVersion": ("0", "1", "999999999", "-1", "x", "9" * 40, "9" * 5000, "0" * 5000),
    "resourceVersionMatch": ("Exact", "NotOlderThan", "x"),
    "labelSelector": ("a=b", "a in (b,c)", "!a", "a in (", "=", ",", "a=b=c", "x" * 3000, "é"),
    "fieldSelector": ("metadata.name=web", "spec.nodeName=", "a.b=c", "=", "metadata.name!=,", "\0"),
    "dryRun": ("All", "x", ""),
    "fieldManager": ("m", "", "x" * 200, "a\nb"),
    "fieldValidation": ("Strict", "Ignore", "x"),
    "force": ("true", "x", ""),
    "propagationPolicy": ("Foreground", "Orphan", "x"),
    "gracePeriodSeconds": ("0", "-1", "x", "9" * 18, "9" * 30, "9" * 5000),
    "pretty": ("true", "x"),
    "includeObject": ("None", "Object", "x"),
    "sendInitialEvents": ("true", "x"),
    "allowWatchBookmarks": ("true", "x"),
    "container": ("app", "..", ""),
    "tailLines": ("1", "-1", "x", "9" * 18, "9" * 5000),
    "sinceSeconds": ("1", "0", "-1", "x", "9" * 18, "9" * 5000),
    "limitBytes": ("1", "0", "x", "9" * 18),
    "sinceTime": ("x", "2001-01-01T00:00:00Z", "0001-01-01T00:00:00+23:00", "9999-12-31T23:59:59-12:00"),
    "command": ("id", "a\nb", ""),
}
PARTS = ("status", "scale", "log", "exec", "attach", "portforward", "eviction", "binding", "token", "proxy", "finalize")
ODD_PATHS = (
    "/", "//", "/api", "/apis", "/api/v1", "/api/v2/pods", "/apis/apps", "/apis/apps/v9/x", "/openapi/v3",
    "/openapi/v2", "/openapi/v3/apis/none/v1", "/version", "/healthz", "/livez/x", "/metrics", "/../../etc/passwd",
    "/api/v1/%2e%2e/pods",
    "/api/v1/namespaces/%00/pods", "/api/v1/namespaces/a%2Fb/pods/c", "/api/v1/namespaces//pods", "/%", "/%zz",
    "/\u00e9",
    "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", "/apis/authentication.k8s.io/v1/tokenreviews",
    "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", "/api/v1/namespaces/default/bindings",
)  # fmt: skip


@dataclass
class Operation:
    """One path with its methods, as a document names them."""

    path: str
    methods: dict[str, dict]
    schemas: dict[str, dict] = field(repr=False)


@dataclass
class Asked:
    """One request."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.headers} {(self.body or b'')[:2000]!r}"


def operations(documents: list[dict]) -> list[Operation]:
    found = []
    for document in documents:
        schemas = document.get("components", {}).get("schemas", {})
        found += [Operation(path, methods, schemas) for path, methods in document.get("paths", {}).items()]
    return found


def request(known: list[Operation], random: Random) -> Asked:
    """One request: mostly as documented, in every part sometimes not."""
    operation = random.choice(known)
    method = random.choice(list(operation.methods)).upper() if random.random() < 0.9 else random.choice(METHODS)
    path = _path(operation, random)
    headers = {"Accept": random.choice(ACCEPTS) if random.random() < 0.3 else "application/json"}
    body = None
    if method in ("POST", "PUT", "PATCH", "DELETE") and random.random() < 0.95:
        headers["Content-Type"] = _type(operation, method, random)
        body = _body(operation, method, headers["Content-Type"], random)
    if random.random() < 0.03:
        headers["Impersonate-User"] = random.choice(("system:serviceaccount:default:default", "x", "a:b", ""))
    return Asked(method, path + _query(random), headers, body)


def _path(operation: Operation, random: Random) -> str:
    if random.random() < 0.04:
        return random.choice(ODD_PATHS)

    def name() -> str:
        return random.choice(NAMES if random.random() < 0.9 else HOSTILE)

    path = operation.path.replace(
        "{namespace}", quote("default" if random.random() < 0.8 else name(), safe="", errors="surrogatepass")
    )
    path = path.replace("{name}", quote(name(), safe="", errors="surrogatepass"))
    return f"{path}/{random.choice(PARTS)}" if random.random() < 0.1 else path


def _query(random: Random) -> str:
    if random.random() < 0.6:
        return ""
    chosen = random.sample(list(QUERIES), random.randint(1, 3))
    words = [f"{name}={quote(random.choice(QUERIES[name]), safe='')}" for name in chosen]
    if random.random() < 0.05:
        words = ["watch=true", "timeoutSeconds=1", *words]  # of several the first counts
    return "?" + "&".join(words)


def _type(operation: Operation, method: str, random: Random) -> str:
    if random.random() < 0.1:
        return random.choice(TYPES)
    content = operation.methods.get(method.lower(), {}).get("requestBody", {}).get("content") or TYPES[:2]
    return random.choice(list(content))


def _body(operation: Operation, method: str, media: str, random: Random) -> bytes:
    schema = _schema(operation)
    made = Maker(operation.schemas, random).value(schema)
    if "json-patch" in media:
        ops = ("add", "remove", "replace", "test", "copy", "move", "x")
        paths = ("/metadata/labels", "/spec", "/data/a", "", "/", "/metadata/name", "/x/y/~1~2", "/spec/ports/-")
        made = [
            {"op": random.choice(ops), "path": random.choice(paths), "value": random.choice(JUNK), "from": "/spec"}
            for _ in range(random.randint(0, 3))
        ]
    elif isinstance(made, dict) and random.random() < 0.95:
        kind = (schema.get("x-kubernetes-group-version-kind") or [{}])[0]
        group, version = kind.get("group", ""), kind.get("version", "v1")
        made |= {"apiVersion": f"{group}/{version}" if group else version, "kind": kind.get("kind", "")}
        if random.random() < 0.9:
            metadata = made.get("metadata") if isinstance(made.get("metadata"), dict) else {}
            made["metadata"] = metadata | {"name": random.choice(NAMES)}
            if random.random() < 0.8:
                for word in ("namespace", "resourceVersion", "uid", "deletionTimestamp"):
                    made["metadata"].pop(word, None)
    body = json.dumps(made).encode()
    return spoilt(body, random) if random.random() < 0.08 else body


def _schema(operation: Operation) -> dict:
    """The schema of the objects that a path is about."""
    for method in operation.methods.values():
        if isinstance(method, dict):
            content = method.get("responses", {}).get("200", {}).get("content", {})
            reference = content.get("application/json", {}).get("schema", {}).get("$ref", "")
            if reference:
                name = reference.rpartition("/")[2]
                return operation.schemas.get(name, {})
    return {}
