"""`kubectl apply`, by server-side apply: created, configured or unchanged, document by document.

Every document is tried, as kubectl does, and what was refused is reported at the end, in Kubernetes' own words.
"""

import copy
from dataclasses import dataclass

from labcore.errors import LabError, Refused, unknown
from labcore.kube.api import Api
from labcore.kube.discovery import Resource
from labcore.language.messages import english, joined, phrase, verbatim

from ingress_lab.manifests import Document

MANAGER = "ingress-lab"
LABEL = "app.kubernetes.io/managed-by"
APPLY = "application/apply-patch+yaml"


@dataclass(frozen=True)
class Applied:
    """What became of one document: `deployment.apps/helloworld` was created, configured or unchanged."""

    title: str
    result: str
    obj: dict


def apply(api: Api, documents: list[Document], namespace: str) -> list[Applied]:
    """Apply all documents; raises one error that names each document that was refused."""
    done: list[Applied] = []
    failed: list[LabError] = []
    for document in documents:
        try:
            done.append(_apply_one(api, document, namespace))
        except LabError as error:
            failed.append(error)
    if failed:
        raise _combined(failed, done)
    return done


def _apply_one(api: Api, document: Document, namespace: str) -> Applied:
    resource = resource_of(api, document)
    obj = _prepared(document, resource)
    scope = (document.namespace or namespace) if resource.namespaced else ""
    if not document.name:
        return _create(api, document, resource, obj, scope)
    before = _existing(api, resource, scope, document.name)
    query = {"fieldManager": MANAGER, "force": "true", "fieldValidation": "Strict"}
    path = resource.path(scope, document.name)
    try:
        after = api.request("patch", path, obj, query=query, content_type=APPLY)
    except Refused as error:
        if error.code == 403 and before and holds(before, obj):  # made beforehand by somebody who may
            return Applied(f"{resource.title}/{document.name}", "unchanged", before)
        raise _explained(api, document, resource, obj, scope, error, "patching" if before else "creating") from error
    return Applied(f"{resource.title}/{document.name}", _result(before, after), after)


def _create(api: Api, document: Document, resource: Resource, obj: dict, scope: str) -> Applied:
    """An object whose name the server makes (generateName), or refuses to do without."""
    try:
        made = api.request(
            "post", resource.path(scope), obj, query={"fieldManager": MANAGER, "fieldValidation": "Strict"}
        )
    except Refused as error:
        raise _worded(document, "creating", error) from error
    return Applied(f"{resource.title}/{made['metadata']['name']}", "created", made)


def resource_of(api: Api, document: Document) -> Resource:
    """The resource that a document names; raises kubectl's `no matches for kind` otherwise."""
    resource = api.find(document.api_version, document.kind)
    if resource is not None:
        return resource
    refusal = (
        f'resource mapping not found for name: "{document.name}" namespace: "{document.namespace}" from '
        f'"{english(document.file)}": no matches for kind "{document.kind}" in version "{document.api_version}"\n'
        "ensure CRDs are installed first"
    )
    served = api.resources().versions_of(document.kind)
    if served:
        hint = phrase("this cluster serves {kind} in {served}", kind=document.kind, served=", ".join(served))
    else:
        kinds = [r.kind for r in api.resources().listed()]
        hint = unknown(phrase("kind"), document.kind, kinds, place=phrase("this cluster")).message
    message = joined("", [document.where, ": ", verbatim(refusal), "\n(", hint, ")"])
    raise Refused(message, reason="NoMatch", kubernetes=refusal)


def _prepared(document: Document, resource: Resource) -> dict:
    """The object to send: a cluster-wide one carries the lab's label, so that `lab reset` finds it."""
    if resource.namespaced or not isinstance(document.obj.get("metadata"), dict):
        return document.obj
    obj = copy.deepcopy(document.obj)
    obj["metadata"]["labels"] = {LABEL: MANAGER} | (obj["metadata"].get("labels") or {})
    return obj


def _existing(api: Api, resource: Resource, namespace: str, name: str) -> dict | None:
    try:
        return api.get(resource, namespace, name)
    except Refused as error:
        if error.code == 404:
            return None
        raise


def _result(before: dict | None, after: dict) -> str:
    if before is None:
        return "created"
    return "unchanged" if _as_wished(before) == _as_wished(after) else "configured"


def _as_wished(obj: dict) -> dict:
    """An object without what controllers write at any time: its status, and what counts writes."""
    meta = {k: v for k, v in obj["metadata"].items() if k not in ("resourceVersion", "managedFields")}
    return {k: v for k, v in obj.items() if k not in ("status", "metadata")} | {"metadata": meta}


def holds(there: object, wished: object) -> bool:
    """Whether all that is wished of an object is there already; lists count as a whole."""
    if isinstance(wished, dict):
        return isinstance(there, dict) and all(name in there and holds(there[name], wished[name]) for name in wished)
    return there == wished


def _explained(
    api: Api, document: Document, resource: Resource, obj: dict, scope: str, error: Refused, doing: str
) -> Refused:
    """Server-side apply words an unknown field in its own way; a dry-run create gives the words kubectl shows."""
    if error.reason != "Invalid":
        query = {"dryRun": "All", "fieldValidation": "Strict", "fieldManager": MANAGER}
        try:
            api.request("post", resource.path(scope), obj, query=query)
        except Refused as plainer:
            if plainer.reason == "BadRequest":
                error = plainer
    return _worded(document, doing, error)


def _worded(document: Document, doing: str, error: Refused) -> Refused:
    refusal = error.kubernetes
    if error.reason != "Invalid":  # kubectl, too, leaves `error when creating` out before `is invalid`
        refusal = f'error when {doing} "{english(document.file)}": {refusal}'
    reason = f" ({error.reason})" if error.reason and error.reason != "Invalid" else ""
    sentence = f"Error from server{reason}: {refusal}" if error.reason != "Invalid" else refusal
    message = joined(": ", [document.where, verbatim(sentence)])
    return Refused(message, code=error.code, reason=error.reason, kubernetes=error.kubernetes)


def _combined(failed: list[LabError], done: list[Applied]) -> LabError:
    """One error for all refused documents; its fields are the first one's."""
    first = failed[0]
    lines = [error.message for error in failed]
    if done:
        applied = ", ".join(f"{a.title} {a.result}" for a in done)
        lines.append(phrase("Applied anyway: {applied}", applied=applied))
    if isinstance(first, Refused):
        return Refused(joined("\n", lines), code=first.code, reason=first.reason, kubernetes=first.kubernetes)
    return type(first)(joined("\n", lines))
