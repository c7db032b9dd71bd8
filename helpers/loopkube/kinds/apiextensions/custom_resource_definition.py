"""CustomResourceDefinition: a kind that a user defines. What it may say is judged in `loopkube.api.custom`."""

from loopkube.api.custom import definitions
from loopkube.kinds.apiextensions import GROUP
from loopkube.kinds.spec import Rules, Spec, Strategy


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
    strategy=Strategy(True, True, _create, unconditional_update=False),
    rules=Rules(definitions.judge),
)
