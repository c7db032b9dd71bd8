"""A container's environment."""

import base64

import pytest
from loopkube.node import environment, service_links
from loopkube.node.environment import ConfigError, Facts

FACTS = Facts("127.244.0.2", "127.18.0.2", {"cpu": "4", "memory": "8Gi"})
POD = {
    "metadata": {"name": "web", "namespace": "shop", "uid": "u1", "labels": {"b": "2", "a": 'x"y'}},
    "spec": {"nodeName": "n1", "serviceAccountName": "cook", "containers": []},
}
OBJECTS = {
    ("configmaps", "shop", "settings"): {"data": {"colour": "green", "size": "9"}},
    ("secrets", "shop", "key"): {"data": {"password": base64.b64encode(b"geheim").decode()}},
}


def lookup(kind: str, namespace: str, name: str) -> dict | None:
    return OBJECTS.get((kind, namespace, name))


def make(*env: dict, sources: list[dict] | None = None, **container: object) -> dict[str, str]:
    return environment.make(
        POD, {"env": list(env), "envFrom": sources or []} | container, lookup, FACTS, {"PATH": "/bin"}
    )


def reference(kind: str, **body: object) -> dict:
    return {"name": "X", "valueFrom": {kind: body}}


def test_values_see_what_stands_before_them() -> None:
    found = make({"name": "A", "value": "1"}, {"name": "B", "value": "$(A)$(C)$(PATH)"}, {"name": "C", "value": "3"})
    assert found == {"PATH": "/bin", "A": "1", "B": "1$(C)/bin", "C": "3"}


def test_whole_config_maps_and_secrets() -> None:
    found = make(sources=[{"prefix": "S_", "configMapRef": {"name": "settings"}}, {"secretRef": {"name": "key"}}])
    assert (found["S_colour"], found["password"]) == ("green", "geheim")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("metadata.name", "web"),
        ("metadata.labels['b']", "2"),
        ("spec.nodeName", "n1"),
        ("spec.serviceAccountName", "cook"),
        ("status.podIP", "127.244.0.2"),
        ("status.hostIP", "127.18.0.2"),
    ],
)
def test_fields(path: str, value: str) -> None:
    assert make(reference("fieldRef", fieldPath=path))["X"] == value


def test_labels_as_a_file() -> None:
    assert environment.field(POD, "metadata.labels", FACTS) == 'a="x\\"y"\nb="2"'


@pytest.mark.parametrize(
    ("resource", "divisor", "value"),
    [("limits.cpu", "1m", "500"), ("limits.cpu", "", "1"), ("limits.memory", "1Mi", "8192"), ("requests.cpu", "", "0")],
)
def test_resources(resource: str, divisor: str, value: str) -> None:
    entry = reference("resourceFieldRef", resource=resource, divisor=divisor)
    assert make(entry, resources={"limits": {"cpu": "500m"}})["X"] == value


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (reference("configMapKeyRef", name="nowhere", key="k"), 'configmap "nowhere" not found'),
        (reference("secretKeyRef", name="nowhere", key="k"), 'secret "nowhere" not found'),
        (reference("configMapKeyRef", name="settings", key="k"), "couldn't find key k in ConfigMap shop/settings"),
        (reference("secretKeyRef", name="key", key="k"), "couldn't find key k in Secret shop/key"),
    ],
)
def test_what_is_missing_is_named_unless_it_is_optional(entry: dict, message: str) -> None:
    with pytest.raises(ConfigError) as error:
        make(entry)
    assert str(error.value) == message
    next(iter(entry["valueFrom"].values()))["optional"] = True
    assert make(entry) == {"PATH": "/bin"}


def test_a_missing_source_is_named_unless_it_is_optional() -> None:
    with pytest.raises(ConfigError, match='secret "no" not found'):
        make(sources=[{"secretRef": {"name": "no"}}])
    assert make(sources=[{"secretRef": {"name": "no", "optional": True}}]) == {"PATH": "/bin"}


def test_variables_for_services() -> None:
    def service(name: str, ip: str) -> dict:
        ports = [{"name": "http", "port": 80}]
        return {"metadata": {"namespace": "shop", "name": name}, "spec": {"clusterIP": ip, "ports": ports}}

    found = service_links.variables([service("my-web", "127.96.0.9"), service("headless", "None")], "shop")
    assert found["MY_WEB_SERVICE_HOST"] == "127.96.0.9"
    assert found["MY_WEB_PORT_80_TCP_ADDR"] == "127.96.0.9"
    assert found["MY_WEB_SERVICE_PORT_HTTP"] == "80"
    assert not any(name.startswith("HEADLESS") for name in found)
    assert service_links.variables([service("my-web", "127.96.0.9")], "other") == {}
