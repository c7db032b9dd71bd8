"""The field numbers of Go's types against the OpenAPI schema: every field, its type, list or map."""

from loopkube.api.protobuf.fields import OWN, Field, fields, message_of
from loopkube.api.protobuf.values import FORMS, SCALARS
from loopkube.upstream import go_types, schema
from protobuf_writer import KINDS


def test_every_served_kind_has_a_message() -> None:
    assert [key for key in KINDS if message_of(*key) is None] == []
    assert message_of("apps/v1", "DeleteOptions") == "meta.DeleteOptions"
    assert message_of("apps.example.com/v1", "Deployment") is None


PREFIXES = {
    "meta": "io.k8s.apimachinery.pkg.apis.meta.v1",
    "apiextensions": "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1",
    "apiregistration": "io.k8s.kube-aggregator.pkg.apis.apiregistration.v1",
}
OWN_FORM = {"meta.Time", "meta.MicroTime", "resource.Quantity", "intstr.IntOrString", *FORMS}


def flat(message: str) -> dict[str, Field]:
    """Fields by JSON name, those of embedded structs too."""
    found = {}
    for at in fields(message).values():
        found |= flat(at.type) if at.how == "*" else {at.name: at}
    return found


def shape(at: dict) -> tuple[str, str]:
    """(how, scalar) of a field as the OpenAPI schema declares it; no scalar for structs."""
    types = at.get("type", "object")
    kind = types if isinstance(types, str) else next(name for name in types if name != "null")
    if kind == "array":
        return "[]", shape(at["items"])[1]
    if isinstance(at.get("additionalProperties"), dict):
        return "{}", shape(at["additionalProperties"])[1]
    scalars = {"boolean": "bool", "integer": at.get("format", "int64"), "number": "double"}
    text = "bytes" if at.get("format") == "byte" else "string"
    return "", scalars.get(kind, text if kind == "string" and "$ref" not in at else "")


def test_the_table_has_every_field_of_the_openapi_schema() -> None:
    compared = 0
    for message in go_types.structs():
        package, _, name = message.partition(".")
        definition = schema.definitions().get(f"{PREFIXES.get(package, f'io.k8s.api.{package}.v1')}.{name}", {})
        if "properties" not in definition or message in OWN_FORM:
            continue
        compared += 1
        declared = {name: at for name, at in definition["properties"].items() if name not in ("apiVersion", "kind")}
        known = {name: at for name, at in flat(message).items() if name not in ("apiVersion", "kind")}
        assert set(known) == set(declared), message
        for name, at in known.items():
            how, scalar = shape(declared[name])
            if "$ref" in declared[name] or at.type in OWN_FORM or go_types.is_nullable(at.type):
                continue
            assert at.how == how, (message, name)
            assert scalar in ("", at.type), (message, name)
    assert compared > 250


def test_every_message_that_a_kind_holds_is_known() -> None:
    waiting, known = [message_of(*key) for key in KINDS], set(SCALARS)
    while waiting:
        message = waiting.pop()
        if message not in known:
            known.add(message)
            waiting += [at.type for at in fields(message).values()]
    assert OWN.keys() - known == {"runtime.Unknown", "runtime.TypeMeta"}
    assert known >= FORMS.keys()
