"""Rules of Ingress and IngressClass beyond the recorded ones."""

import pytest
from loopkube.shared.status import ApiError
from offline_api import OfflineApi, ingress, path


@pytest.fixture
def api() -> OfflineApi:
    return OfflineApi()


def refusal(api: OfflineApi, obj: dict) -> str:
    with pytest.raises(ApiError) as caught:
        api.create(obj)
    assert (caught.value.code, caught.value.reason) == (422, "Invalid")
    return caught.value.message


@pytest.mark.parametrize("text", ["/", "/a", "/a/", "/a.b", "/..a", "/a..", "/ä", "/%2a"])
@pytest.mark.parametrize("kind", ["Exact", "Prefix"])
def test_good_paths(api: OfflineApi, text: str, kind: str) -> None:
    assert api.create(ingress(path(text, kind)))[1] == []


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("/a/./b", "must not contain '/./'"),
        ("/a%2Fb", "must not contain '%2F'"),
        ("/a/..", "cannot end with '/..'"),
        ("/a/.", "cannot end with '/.'"),
    ],
)
def test_bad_paths(api: OfflineApi, text: str, complaint: str) -> None:
    message = refusal(api, ingress(path(text, "Exact")))
    assert message.endswith(f'spec.rules[0].http.paths[0].path: Invalid value: "{text}": {complaint}')


def test_an_implementation_takes_any_absolute_path(api: OfflineApi) -> None:
    assert api.create(ingress(path("/a//b/..", "ImplementationSpecific")))[1] == []
    assert "must be an absolute path" in refusal(api, ingress(path("a", "ImplementationSpecific")))


def test_every_mistake_is_told_once_and_in_order(api: OfflineApi) -> None:
    message = refusal(api, ingress(path("x"), path("/", "Odd"), host="a_b"))
    fields = [part.split(": ")[0].lstrip("[") for part in message.split("is invalid: ")[1].split(", spec")]
    assert fields[0] == "spec.rules[0].host"
    assert fields[1].endswith(".rules[0].http.paths[0].path")
    assert fields[2].endswith(".rules[0].http.paths[1].pathType")


def test_ports_by_name(api: OfflineApi) -> None:
    assert "service.port.name: Invalid value" in refusal(api, ingress(path(name="UPPER")))
    assert api.create(ingress(path(name="http")))[1] == []


def test_resources_as_backends(api: OfflineApi) -> None:
    entry = {"path": "/", "pathType": "Prefix", "backend": {"resource": {"kind": "Bucket", "name": "b"}}}
    assert api.create(ingress(entry))[1] == []
    entry["backend"]["resource"] = {"kind": "a/b", "name": ""}
    message = refusal(api, ingress(entry))
    assert "backend.resource.kind: Invalid value: \"a/b\": may not contain '/'" in message
    assert "backend.resource.name: Required value" in message


def test_wildcards_in_tls_hosts(api: OfflineApi) -> None:
    assert api.create(ingress(tls=[{"hosts": ["*.example.com"]}]))[1] == []
    assert 'spec.tls[0].hosts[0]: Invalid value: "*": a wildcard DNS-1123' in refusal(
        api, ingress(tls=[{"hosts": ["*"]}])
    )


def test_annotation_and_field_must_name_one_class(api: OfflineApi) -> None:
    obj = ingress(ingressClassName="traefik")
    obj["metadata"]["annotations"] = {"kubernetes.io/ingress.class": "nginx"}
    assert refusal(api, obj).endswith(
        'annotations.kubernetes.io/ingress.class: Invalid value: "nginx": '
        "must match `ingressClassName` when both are specified"
    )


def test_what_was_stored_before_a_rule_may_stay(api: OfflineApi) -> None:
    old = api.create(ingress(tls=[{"secretName": "good"}]))[0]
    old["spec"]["tls"][0]["secretName"] = "Not_Ok"
    assert api.update(old, {"metadata": {"labels": {"a": "b"}}})["spec"]["tls"] == [{"secretName": "Not_Ok"}]


def test_an_address_in_the_status_stays_unjudged_while_unchanged(api: OfflineApi) -> None:
    old = api.create(ingress())[0]
    old["status"] = {"loadBalancer": {"ingress": [{"ip": "one"}]}}
    assert api.update(old, {"metadata": {"labels": {"a": "b"}}}, "status")["status"] == old["status"]
    with pytest.raises(ApiError, match="must be a DNS name, not an IP address"):
        api.update(old, {"status": {"loadBalancer": {"ingress": [{"hostname": "1.2.3.4"}]}}}, "status")


def ingress_class(**spec: object) -> dict:
    return {"apiVersion": "networking.k8s.io/v1", "kind": "IngressClass", "metadata": {"name": "c"}, "spec": spec}


def test_parameters_of_a_class_know_their_scope(api: OfflineApi) -> None:
    good = {"kind": "Config", "name": "c", "apiGroup": "example.com"}
    found = api.create(ingress_class(controller="example.com/c", parameters=good))[0]
    assert found["spec"]["parameters"]["scope"] == "Cluster"
    for more, complaint in (
        ({"namespace": "n"}, "parameters.namespace: Forbidden: `parameters.scope` is set to 'Cluster'"),
        ({"scope": "Namespace"}, "parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'"),
        ({"scope": "Galaxy"}, 'scope: Unsupported value: "Galaxy": supported values: "Cluster", "Namespace"'),
    ):
        assert complaint in refusal(api, ingress_class(controller="example.com/c", parameters=good | more))


def test_a_class_needs_a_controller(api: OfflineApi) -> None:
    assert refusal(api, ingress_class()).endswith("spec.controller: Required value")
    assert "Too long: may not be more than 250 bytes" in refusal(api, ingress_class(controller="a.io/" + "x" * 250))
