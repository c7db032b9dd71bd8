"""Requests that configure admission, with random expressions in objects that are otherwise right, and what stands
there already: webhooks, policies, a quota, and a custom kind with rules and a conversion webhook."""

import json
from random import Random

import busy_admission
from expressions import expression
from moods import TIMEOUT
from objects import NAMES
from operations import Asked
from webhook_program import Webhook, configuration, webhook

GROUP = "/apis/admissionregistration.k8s.io/v1"
DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
MODES = ("validating", "mutating")
SPACE = "default"
_EVERYTHING = ("*", "*/scale", "pods/*", "*/status")
_RESOURCES = ("configmaps", "secrets", "pods", "services", "kettles", "deployments", "*")


def standing(changing: Webhook, judging: Webhook, closed: dict) -> list[dict]:
    """What admission is like before the first request. `closed` is the clientConfig of a webhook that is not there."""
    more = {"timeoutSeconds": TIMEOUT, "reinvocationPolicy": "IfNeeded"}
    gone = webhook(closed, "*", name="gone.example.com", failurePolicy="Ignore", timeoutSeconds=TIMEOUT)
    judge = webhook(judging.client(), *_EVERYTHING, timeoutSeconds=TIMEOUT)
    return [
        configuration("busy-mutating", webhook(changing.client(), *_EVERYTHING, **more), mode="Mutating"),
        configuration("busy-validating", judge, gone),
        *busy_admission.policies(SPACE, "configmaps", "secrets", "services"),
        *busy_admission.bounds(),
        _definition("kettles", "!has(self.size) || self.size < 1500", conversion=judging.client("/convert")),
    ]


def path_of(obj: dict) -> str:
    return DEFINITIONS if obj["kind"] == "CustomResourceDefinition" else busy_admission.path_of(obj, SPACE)


def is_standing(name: str) -> bool:
    return name.startswith(("busy", "kettles."))


def request(random: Random) -> Asked:
    """Creates a policy, a binding, a definition with rules, or an object that they judge."""
    return random.choice((_policy, _policy, _binding, _rules, _kettle, _kettle, _map))(random)


def _policy(random: Random) -> Asked:
    mode = random.choice(MODES)
    rule = {"apiGroups": ["*"], "apiVersions": ["*"], "operations": ["*"], "resources": [random.choice(_RESOURCES)]}
    spec: dict = {"matchConstraints": {"resourceRules": [rule]}}
    spec["failurePolicy"] = random.choice(("Fail", "Ignore"))
    if random.random() < 0.4:
        spec["variables"] = [{"name": name, "expression": expression(random)} for name in "ab"]
    if random.random() < 0.3:
        spec["matchConditions"] = [{"name": "m", "expression": expression(random)}]
    if mode == "validating":
        said = {"messageExpression": expression(random)} if random.random() < 0.5 else {}
        spec["validations"] = [{"expression": expression(random)} | said]
    else:
        kind = random.choice(("ApplyConfiguration", "JSONPatch"))
        field = kind[0].lower() + kind[1:] if kind != "JSONPatch" else "jsonPatch"
        spec["mutations"] = [{"patchType": kind, field: {"expression": expression(random)}}]
        spec["reinvocationPolicy"] = random.choice(("Never", "IfNeeded"))
    return _posted(f"{GROUP}/{mode}admissionpolicies", random.choice("abc"), spec)


def _binding(random: Random) -> Asked:
    mode = random.choice(MODES)
    actions = {"validationActions": [random.choice(("Deny", "Warn", "Audit"))]} if mode == "validating" else {}
    spec = {"policyName": random.choice("abc")} | actions
    return _posted(f"{GROUP}/{mode}admissionpolicybindings", random.choice("abcde"), spec)


def _rules(random: Random) -> Asked:
    made = _definition(random.choice(("as", "bs")), expression(random))
    return Asked("POST", DEFINITIONS, {"Content-Type": "application/json"}, json.dumps(made).encode())


def _definition(plural: str, rule: str, conversion: dict | None = None) -> dict:
    size = {"type": "integer", "x-kubernetes-validations": [{"rule": "self < 1000"}]}
    fields = {"size": size, "names": {"type": "array", "maxItems": 9, "items": {"type": "string", "maxLength": 9}}}
    spec = {"type": "object", "properties": fields, "x-kubernetes-validations": [{"rule": rule}]}
    whole = {"openAPIV3Schema": {"type": "object", "properties": {"spec": spec}}}
    versions = [{"name": name, "served": True, "storage": name == "v1", "schema": whole} for name in ("v1", "v2")]
    names = {"plural": plural, "kind": plural.title()}
    body = {"group": "example.com", "scope": "Namespaced", "names": names, "versions": versions}
    if conversion:
        hook = {"clientConfig": conversion, "conversionReviewVersions": ["v1"]}
        body["conversion"] = {"strategy": "Webhook", "webhook": hook}
    head = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition"}
    return head | {"metadata": {"name": f"{plural}.example.com"}, "spec": body}


def _kettle(random: Random) -> Asked:
    version, plural = random.choice(("v1", "v2")), random.choice(("kettles", "kettles", "as", "bs"))
    path = f"/apis/example.com/{version}/namespaces/{SPACE}/{plural}"
    name = random.choice(NAMES[:2])
    if random.random() < 0.3:
        return Asked("GET", path if random.random() < 0.5 else f"{path}/{name}", {}, None)
    if random.random() < 0.2:
        return Asked("DELETE", f"{path}/{name}", {}, None)
    spec = {"size": random.choice((1, 2000, "x")), "names": [random.choice(NAMES)]}
    body = {"apiVersion": f"example.com/{version}", "kind": plural.title(), "metadata": {"name": name}, "spec": spec}
    return Asked("POST", path, {"Content-Type": "application/json"}, json.dumps(body).encode())


def _map(random: Random) -> Asked:
    return _posted(f"/api/v1/namespaces/{SPACE}/configmaps", f"m{random.randrange(10**6)}", None)


def _posted(path: str, name: str, spec: dict | None) -> Asked:
    body = {"metadata": {"name": name}} | ({"spec": spec} if spec is not None else {"data": {"a": "b"}})
    return Asked("POST", path, {"Content-Type": "application/json"}, json.dumps(body).encode())
