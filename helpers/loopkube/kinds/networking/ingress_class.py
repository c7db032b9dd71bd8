"""IngressClass: which controller serves an Ingress."""

from datetime import datetime

from loopkube.kinds.networking import GROUP
from loopkube.kinds.shared import text
from loopkube.kinds.shared.columns import NONE, Columns, age, define, name
from loopkube.kinds.shared.references import reference
from loopkube.kinds.shared.report import Report
from loopkube.kinds.spec import Rules, Spec, Strategy

_CONTROLLER_BYTES = 250


def _defaults(obj: dict) -> None:
    parameters = obj.setdefault("spec", {}).get("parameters")
    if parameters:
        parameters.setdefault("scope", "Cluster")


def _check(report: Report, obj: dict, old: dict | None) -> None:
    controller = obj["spec"].get("controller", "")
    if old is not None:
        report.immutable("spec.controller", controller, old["spec"].get("controller", ""))
    if not controller:
        report.required("spec.controller")
    elif len(controller) > _CONTROLLER_BYTES:
        report.too_long("spec.controller", _CONTROLLER_BYTES)
    if controller:
        _domain_prefixed_path(report, "spec.controller", controller)
    if "parameters" in obj["spec"]:
        _parameters(report, "spec.parameters", obj["spec"]["parameters"])


def _domain_prefixed_path(report: Report, path: str, value: str) -> None:
    domain, _, rest = value.partition("/")
    if not domain or not rest:
        report.invalid(path, value, 'must be a domain-prefixed path (such as "acme.io/foo")')
        return
    report.all(path, domain, text.dns_subdomain(domain))
    if not text.is_url_path(rest):
        report.invalid(path, rest, "Invalid path")


def _parameters(report: Report, path: str, parameters: dict) -> None:
    reference(report, path, parameters)
    scope, namespace = parameters.get("scope", ""), parameters.get("namespace")
    report.one_of(f"{path}.scope", scope, ("Cluster", "Namespace"))
    if scope == "Namespace" and namespace is None:
        report.required(f"{path}.namespace", "`parameters.scope` is set to 'Namespace'")
    elif scope == "Namespace":
        report.all(f"{path}.namespace", namespace, text.dns_label(namespace))
    elif scope == "Cluster" and namespace is not None:
        report.forbidden(f"{path}.namespace", "`parameters.scope` is set to 'Cluster'")


def _cells(obj: dict, now: datetime) -> list:
    parameters = obj["spec"].get("parameters")
    shown = NONE
    if parameters:
        group = f".{parameters['apiGroup']}" if "apiGroup" in parameters else ""
        shown = f"{parameters.get('kind', '')}{group}/{parameters.get('name', '')}"
    return [name(obj), obj["spec"].get("controller", ""), shown, age(obj, now)]


SPEC = Spec(
    GROUP.kind("IngressClass", "ingressclasses", namespaced=False),
    defaults=_defaults,
    strategy=Strategy(generation=True),
    rules=Rules(_check),
    columns=Columns(define("Name", "Controller", "Parameters", "Age"), _cells),
)
