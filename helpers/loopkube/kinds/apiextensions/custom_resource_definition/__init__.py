"""CustomResourceDefinition: a kind that a user defines. `validation` judges it, `schema_rules` the schemas in it.

The objects of such kinds are the work of `loopkube.api.custom`.
"""

from loopkube.kinds.apiextensions import GROUP
from loopkube.kinds.apiextensions.custom_resource_definition import validation
from loopkube.kinds.spec import Deletion, Leave, Rules, Spec, Strategy

_CLEANUP = "customresourcecleanup.apiextensions.k8s.io"


def _defaults(obj: dict) -> None:
    spec = obj.setdefault("spec", {})
    names = spec.setdefault("names", {})
    if names.get("kind"):
        names.setdefault("singular", names["kind"].lower())
        names.setdefault("listKind", f"{names['kind']}List")
    conversion = spec.setdefault("conversion", {})
    if not conversion.get("strategy"):
        conversion["strategy"] = "None"
    service = conversion.get("webhook", {}).get("clientConfig", {}).get("service")
    if service:
        service.setdefault("port", 443)


def _create(obj: dict) -> None:
    stored = [version["name"] for version in obj["spec"].get("versions", ()) if version.get("storage")]
    names = {"plural": "", "kind": ""}
    obj["status"] = {"conditions": None, "acceptedNames": names, "storedVersions": stored}


def _leave(obj: dict, how: Leave) -> dict:
    """A definition goes after its custom objects; the finalizer is taken away when they are gone."""
    metadata = obj["metadata"]
    if "deletionTimestamp" in metadata:
        return obj
    finalizers = metadata.get("finalizers") or []
    if _CLEANUP not in finalizers:
        finalizers = [*finalizers, _CLEANUP]
    condition = {
        "type": "Terminating",
        "status": "True",
        "lastTransitionTime": how.clock.stamp(),
        "reason": "InstanceDeletionPending",
        "message": "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
    }
    status = obj.get("status") or {}
    conditions = [c for c in status.get("conditions") or () if c["type"] != "Terminating"]
    changes = {"deletionTimestamp": how.clock.stamp(), "finalizers": finalizers}
    return obj | {"metadata": metadata | changes, "status": status | {"conditions": [*conditions, condition]}}


SPEC = Spec(
    GROUP.kind(
        "CustomResourceDefinition",
        "customresourcedefinitions",
        namespaced=False,
        short_names=("crd", "crds"),
        categories=("api-extensions",),
        subresources=("status",),
    ),
    defaults=_defaults,
    strategy=Strategy(generation=True, status=True, create=_create, unconditional_update=False),
    rules=Rules(validation.judge, any_finalizer=True),
    deletion=Deletion(leave=_leave),
    stored_as="apiextensions.k8s.io/v1beta1/CustomResourceDefinition",
)
