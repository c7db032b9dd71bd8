"""Defaults beyond the recorded ones, kind by kind."""

import copy

import pytest
from loopkube.kinds.registry import spec_of
from loopkube.kinds.shared.pod_template.defaults import image_tag
from offline_api import deployment, kind_of, pod, service


def filled(obj: dict) -> dict:
    obj.setdefault("metadata", {"name": "a"})
    defaults = spec_of(kind_of(obj)).defaults
    assert defaults
    defaults(obj)
    return obj


@pytest.mark.parametrize(
    ("image", "tag"),
    [
        ("nginx", "latest"),
        ("nginx:latest", "latest"),
        ("nginx:1.27", "1.27"),
        ("registry:5000/team/nginx", "latest"),
        ("registry:5000/team/nginx:2", "2"),
        ("nginx@sha256:abc", ""),
        ("nginx:1.27@sha256:abc", "1.27"),
    ],
)
def test_the_tag_of_an_image(image: str, tag: str) -> None:
    assert image_tag(image) == tag


def test_an_image_with_a_tag_or_digest_is_pulled_if_not_present() -> None:
    containers = [{"name": str(n), "image": image} for n, image in enumerate(("a", "a:1", "a@sha256:0"))]
    spec = filled(pod(containers=containers))["spec"]
    assert [c["imagePullPolicy"] for c in spec["containers"]] == ["Always", "IfNotPresent", "IfNotPresent"]


def test_probes_and_hooks() -> None:
    container = {
        "name": "a",
        "image": "b",
        "livenessProbe": {"grpc": {"port": 1}, "periodSeconds": 3},
        "lifecycle": {"preStop": {"httpGet": {"port": 1}}},
    }
    found = filled(pod(containers=[container]))["spec"]["containers"][0]
    assert found["livenessProbe"] == {
        "grpc": {"port": 1, "service": ""},
        "periodSeconds": 3,
        "timeoutSeconds": 1,
        "successThreshold": 1,
        "failureThreshold": 3,
    }
    assert found["lifecycle"]["preStop"]["httpGet"] == {"port": 1, "path": "/", "scheme": "HTTP"}


def test_volumes() -> None:
    volumes = [
        {"name": "none"},
        {"name": "secret", "secret": {"secretName": "s"}},
        {"name": "host", "hostPath": {"path": "/x"}},
        {"name": "all", "projected": {"sources": [{"serviceAccountToken": {"path": "t"}}]}},
        {"name": "down", "downwardAPI": {"items": [{"path": "p", "fieldRef": {"fieldPath": "metadata.name"}}]}},
    ]
    found = filled(pod(volumes=volumes))["spec"]["volumes"]
    assert found[0]["emptyDir"] == {}
    assert found[1]["secret"]["defaultMode"] == 0o644
    assert found[2]["hostPath"]["type"] == ""
    assert found[3]["projected"]["sources"][0]["serviceAccountToken"]["expirationSeconds"] == 3600
    assert found[4]["downwardAPI"]["items"][0]["fieldRef"]["apiVersion"] == "v1"


def test_requests_follow_limits_and_host_ports_follow_the_host_network() -> None:
    container = {
        "name": "a",
        "image": "b",
        "resources": {"limits": {"cpu": "1", "memory": "1"}, "requests": {"cpu": "0"}},
    }
    container["ports"] = [{"containerPort": 80}]
    found = filled(pod(containers=[container], hostNetwork=True))["spec"]["containers"][0]
    assert found["resources"]["requests"] == {"cpu": "0", "memory": "1"}
    assert found["ports"] == [{"containerPort": 80, "hostPort": 80, "protocol": "TCP"}]


def test_a_template_has_no_service_links_and_no_host_ports() -> None:
    obj = deployment()
    obj["spec"]["template"]["spec"] |= {"hostNetwork": True, "serviceAccountName": "me"}
    obj["spec"]["template"]["spec"]["containers"][0]["ports"] = [{"containerPort": 80}]
    spec = filled(obj)["spec"]["template"]["spec"]
    assert "enableServiceLinks" not in spec
    assert "hostPort" not in spec["containers"][0]["ports"][0]
    assert spec["serviceAccount"] == "me"


def test_recreate_has_no_rolling_update() -> None:
    strategy = filled(deployment(strategy={"type": "Recreate"}))["spec"]["strategy"]
    assert strategy == {"type": "Recreate"}


def test_an_external_service_has_a_traffic_policy() -> None:
    assert filled(service(externalIPs=["1.2.3.4"]))["spec"]["externalTrafficPolicy"] == "Cluster"
    assert "externalTrafficPolicy" not in filled(service())["spec"]
    external = filled(service(type="ExternalName", externalName="a.b"))["spec"]
    assert "internalTrafficPolicy" not in external


def test_string_data_becomes_data() -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "data": {"a": "YQ==", "b": "Yg=="}, "stringData": {"b": "ü"}}
    found = filled(secret)
    assert found["data"] == {"a": "YQ==", "b": "w7w="}
    assert "stringData" not in found
    assert found["type"] == "Opaque"


def test_bindings_name_the_rbac_group() -> None:
    subjects = [{"kind": "User", "name": "a"}, {"kind": "ServiceAccount", "name": "b"}]
    binding = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "subjects": subjects}
    found = filled(binding | {"roleRef": {"kind": "Role", "name": "r"}})
    assert found["roleRef"]["apiGroup"] == "rbac.authorization.k8s.io"
    assert [s.get("apiGroup") for s in found["subjects"]] == ["rbac.authorization.k8s.io", None]


@pytest.mark.parametrize("obj", [pod(), deployment(), service(type="LoadBalancer", sessionAffinity="ClientIP")])
def test_a_complete_object_stays_as_it_is(obj: dict) -> None:
    once = filled(obj)
    before = copy.deepcopy(once)
    assert filled(once) == before
