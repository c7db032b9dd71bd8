"""Subresources that are an action on the object: binding, eviction, token.

Each function takes the verb's arguments and returns the object that answers.
"""

from datetime import UTC, datetime

import orjson

from loopkube.api import evictions, metadata
from loopkube.api.account_tokens import ISSUER
from loopkube.api.chain.attributes import CREATE, Attributes
from loopkube.api.decode import decode
from loopkube.api.delete_options import delete_options
from loopkube.api.options import WriteOptions
from loopkube.api.query import Query
from loopkube.api.verbs import Api
from loopkube.kinds import Kind
from loopkube.shared.status import INVALID, ApiError, FieldError, conflict, invalid, no_such_resource

BINDING = Kind("", "v1", "Binding", "bindings", "binding", True, schema="io.k8s.api.core.v1.Binding")
EVICTION = Kind("policy", "v1", "Eviction", "evictions", "eviction", True, schema="io.k8s.api.policy.v1.Eviction")
TOKEN_REQUEST = Kind(
    "authentication.k8s.io",
    "v1",
    "TokenRequest",
    "tokenrequests",
    "tokenrequest",
    True,
    schema="io.k8s.api.authentication.v1.TokenRequest",
)
BODIES = {"binding": BINDING, "eviction": EVICTION, "token": TOKEN_REQUEST}
"""{subresource: kind of what is posted to it}."""
_POD_BINDING = Kind("", "v1", "Binding", "pods/binding", "binding", True)
_SHORTEST_TOKEN, _LONGEST_TOKEN = 600, 2**32


def success(code: int = 201) -> dict:
    """The Status that a binding or an eviction is answered with."""
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": code}


def post(
    api: Api,
    kind: Kind,
    namespace: str,
    name: str,
    subresource: str,
    body: bytes,
    content_type: str,
    options: WriteOptions,
) -> dict:
    """POST to a subresource of an object."""
    action = {"binding": bind, "eviction": evict, "token": token}.get(subresource)
    if action is None:
        raise no_such_resource()
    return action(api, kind, namespace, name, body, content_type, options)


def bind(
    api: Api, kind: Kind, namespace: str, name: str, body: bytes, content_type: str, options: WriteOptions
) -> dict:
    """Gives a Pod to a node; the scheduler's only write."""
    binding, _ = decode(BINDING, body, content_type, options.field_validation)
    metadata.check_names(binding, namespace, name)
    _admit(api, kind, ("binding", BINDING), binding, (namespace, name), options)
    target = binding.get("target") or {}
    if target.get("kind") not in (None, "", "Node"):
        supported = 'supported values: "Node", "<empty>"'
        # The registry returns the bare field error, which the server does not take for the client's fault.
        raise ApiError(500, "", f'target.kind: Unsupported value: "{target["kind"]}": {supported}')
    if not target.get("name"):
        raise ApiError(500, "", "target.name: Required value")
    stored = api.get(kind, namespace, name)
    _check_unbound(stored.obj, binding)
    obj = orjson.loads(stored.raw)
    obj["spec"]["nodeName"] = target["name"]
    annotations = binding["metadata"].get("annotations")
    if annotations:
        obj["metadata"].setdefault("annotations", {}).update(annotations)
    _set_scheduled(obj, api.clock.stamp())
    api.put(kind, stored, obj, options, "binding")
    return success()


def _check_unbound(pod: dict, binding: dict) -> None:
    own, spec = pod["metadata"], pod.get("spec") or {}
    name, precondition = own["name"], binding["metadata"]
    for field, label in (("uid", "UID"), ("resourceVersion", "ResourceVersion")):
        if precondition.get(field) and precondition[field] != own[field]:
            asked, actual = precondition[field], own[field]
            why = f"Precondition failed: {label} in precondition: {asked}, {label} in object meta: {actual}"
            raise conflict(_POD_BINDING, name, why)
    if "deletionTimestamp" in own:
        raise conflict(_POD_BINDING, name, f"pod {name} is being deleted, cannot be assigned to a host")
    if spec.get("nodeName"):
        raise conflict(_POD_BINDING, name, f'pod {name} is already assigned to node "{spec["nodeName"]}"')
    if spec.get("schedulingGates"):
        raise conflict(_POD_BINDING, name, f"pod {name} has non-empty .spec.schedulingGates")


def _set_scheduled(pod: dict, now: str) -> None:
    condition = {
        "type": "PodScheduled",
        "observedGeneration": pod["metadata"].get("generation", 1),
        "status": "True",
        "lastProbeTime": None,
        "lastTransitionTime": now,
    }
    status = pod.setdefault("status", {})
    others = [c for c in status.get("conditions") or () if c["type"] != "PodScheduled"]
    status["conditions"] = [*others, condition]


def evict(
    api: Api, kind: Kind, namespace: str, name: str, body: bytes, content_type: str, options: WriteOptions
) -> dict:
    """Deletes a Pod on behalf of `kubectl drain`, as far as its PodDisruptionBudget allows."""
    eviction, _ = decode(EVICTION, body, content_type, options.field_validation)
    metadata.check_names(eviction, namespace, name)
    asked = delete_options(Query(), eviction.get("deleteOptions"))
    _admit(api, kind, ("eviction", EVICTION), eviction, (namespace, name), options)
    # As in kube-apiserver, who is asked about the eviction is not asked about the deletion as well.
    how = asked._replace(dry_run=options.dry_run or asked.dry_run, chained=False)
    evictions.evict(api, kind, namespace, name, how, options)
    return success()


def token(
    api: Api, kind: Kind, namespace: str, name: str, body: bytes, content_type: str, options: WriteOptions
) -> dict:
    """A token for a ServiceAccount, bound to a Pod, a Secret or a Node where the request says so."""
    if api.credentials is None:
        raise no_such_resource()
    account = api.get(kind, namespace, name).obj
    request, _ = decode(TOKEN_REQUEST, body, content_type, options.field_validation)
    _admit(api, kind, ("token", TOKEN_REQUEST), request, (namespace, name), options)
    spec = request.get("spec") or {}
    seconds = spec.get("expirationSeconds", 3600)
    _check_duration(name, seconds)
    bound = _bound(api, namespace, name, spec.get("boundObjectRef"))
    issued, expires = api.credentials.tokens.issue(
        account, seconds=seconds, audiences=spec.get("audiences"), bound=bound
    )
    stamp = datetime.fromtimestamp(expires, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    request["metadata"] = {"name": name, "namespace": namespace, "creationTimestamp": api.clock.stamp()}
    request["spec"] = {"audiences": spec.get("audiences") or [ISSUER], "expirationSeconds": seconds} | {
        field: spec[field] for field in ("boundObjectRef",) if field in spec
    }
    request["status"] = {"token": issued, "expirationTimestamp": stamp}
    return request


def _admit(
    api: Api, kind: Kind, posted: tuple[str, Kind], obj: dict, key: tuple[str, str], options: WriteOptions
) -> None:
    """Asks the chain about what is posted to a subresource; `key` is the namespace and the name."""
    if api.chain.active:
        subresource, body_kind = posted
        attributes = Attributes(CREATE, kind, obj, None, api.lookup, subresource=subresource, body_kind=body_kind)
        attributes.at(*key)
        attributes.of_write(options.user, options.dry_run, options.told("CreateOptions"), [])
        api.admit_action(attributes)


def _check_duration(name: str, seconds: int) -> None:
    if seconds < _SHORTEST_TOKEN:
        detail = "may not specify a duration less than 10 minutes"
    elif seconds > _LONGEST_TOKEN:
        detail = "may not specify a duration larger than 2^32 seconds"
    else:
        return
    raise invalid(TOKEN_REQUEST, name, [FieldError(INVALID, "spec.expirationSeconds", seconds, detail)])


def _bound(api: Api, namespace: str, account: str, reference: dict | None) -> dict | None:
    """{kind, name, uid, node} of the object that the token shall live as long as."""
    if not reference:
        return None
    found_kind = {"Pod": "pods", "Secret": "secrets", "Node": "nodes"}.get(reference.get("kind", ""))
    kind = api.kinds.named(found_kind) if found_kind else None
    if kind is None:
        what = f"{reference.get('apiVersion', '')}, Kind={reference.get('kind', '')}"
        raise ApiError(400, "BadRequest", f"cannot bind token for serviceaccount {account!r} to type {what}")
    obj = api.get(kind, namespace if kind.namespaced else "", reference.get("name", "")).obj
    own, uid = obj["metadata"], reference.get("uid")
    if uid and uid != own["uid"]:
        why = f"the UID in the bound object reference ({uid}) does not match the UID in record. The object might have "
        raise conflict(kind, own["name"], f"{why}been deleted and then recreated")
    node = _node(api, (obj.get("spec") or {}).get("nodeName", "")) if kind.resource == "pods" else {}
    return {"kind": kind.kind, "name": own["name"], "uid": own["uid"], "node": node}


def _node(api: Api, name: str) -> dict:
    """Where a Pod runs: {name, uid}, without uid where there is no such Node; empty where it runs nowhere."""
    stored = api.store.get("nodes", "", name) if name else None
    uid = {"uid": stored.obj["metadata"]["uid"]} if stored else {}
    return {"name": name} | uid if name else {}
