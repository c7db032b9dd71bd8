"""Rules of Ingress and IngressClass beyond the recorded ones."""

import pytest
from loopkube.shared.status import ApiError
from offline_api import OfflineApi, ingress, path, refusal


@pytest.mark.parametrize("text", ["/", "/a", "/a/", "/a.b", "/..a", "/a..", "/ä", "/%2a"])
@pytest.mark.parametrize("kind", ["Exact", "Prefix"])
def test_good_paths(offline: OfflineApi, text: str, kind: str) -> None:
    assert offline.create(ingress(path(text, kind)))[1] == []


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("/a/./b", "must not contain '/./'"),
        ("/a%2Fb", "must not contain '%2F'"),
        ("/a/..", "cannot end with '/..'"),
        ("/a/.", "cannot end with '/.'"),
    ],
)
def test_bad_paths(offline: OfflineApi, text: str, complaint: str) -> None:
    message = refusal(offline, ingress(path(text, "Exact")))
    assert message.endswith(f'spec.rules[0].http.paths[0].path: Invalid value: "{text}": {complaint}')


def test_an_implementation_takes_any_absolute_path(offline: OfflineApi) -> None:
    assert offline.create(ingress(path("/a//b/..", "ImplementationSpecific")))[1] == []
    assert "must be an absolute path" in refusal(offline, ingress(path("a", "ImplementationSpecific")))


def test_every_mistake_is_told_once_and_in_order(offline: OfflineApi) -> None:
    message = refusal(offline, ingress(path("x"), path("/", "Odd"), host="a_b"))
    fields = [part.split(": ")[0].lstrip("[") for part in message.split(", spec")]
    assert fields[0] == "spec.rules[0].host"
    assert fields[1].endswith(".rules[0].http.paths[0].path")
    assert fields[2].endswith(".rules[0].http.paths[1].pathType")


def test_ports_by_name(offline: OfflineApi) -> None:
    assert "service.port.name: Invalid value" in refusal(offline, ingress(path(name="UPPER")))
    assert offline.create(ingress(path(name="http")))[1] == []


def test_resources_as_backends(offline: OfflineApi) -> None:
    entry = {"path": "/", "pathType": "Prefix", "backend": {"resource": {"kind": "Bucket", "name": "b"}}}
    assert offline.create(ingress(entry))[1] == []
    entry["backend"]["resource"] = {"kind": "a/b", "name": ""}
    message = refusal(offline, ingress(entry))
    assert "backend.resource.kind: Invalid value: \"a/b\": may not contain '/'" in message
    assert "backend.resource.name: Required value" in message


def test_wildcards_in_tls_hosts(offline: OfflineApi) -> None:
    assert offline.create(ingress(tls=[{"hosts": ["*.example.com"]}]))[1] == []
    assert 'spec.tls[0].hosts[0]: Invalid value: "*": a wildcard DNS-1123' in refusal(
        offline, ingress(tls=[{"hosts": ["*"]}])
    )


def test_annotation_and_field_must_name_one_class(offline: OfflineApi) -> None:
    obj = ingress(ingressClassName="traefik")
    obj["metadata"]["annotations"] = {"kubernetes.io/ingress.class": "nginx"}
    assert refusal(offline, obj).endswith(
        'annotations.kubernetes.io/ingress.class: Invalid value: "nginx": '
        "must match `ingressClassName` when both are specified"
    )


def test_what_was_stored_before_a_rule_may_stay(offline: OfflineApi) -> None:
    old = offline.create(ingress(tls=[{"secretName": "good"}]))[0]
    old["spec"]["tls"][0]["secretName"] = "Not_Ok"
    assert offline.update(old, {"metadata": {"labels": {"a": "b"}}})["spec"]["tls"] == [{"secretName": "Not_Ok"}]


def test_an_address_in_the_status_stays_unjudged_while_unchanged(offline: OfflineApi) -> None:
    old = offline.create(ingress())[0]
    old["status"] = {"loadBalancer": {"ingress": [{"ip": "one"}]}}
    assert offline.update(old, {"metadata": {"labels": {"a": "b"}}}, "status")["status"] == old["status"]
    with pytest.raises(ApiError, match="must be a DNS name, not an IP address"):
        offline.update(old, {"status": {"loadBalancer": {"ingress": [{"hostname": "1.2.3.4"}]}}}, "status")


def ingress_class(**spec: object) -> dict:
    return {"apiVersion": "networking.k8s.io/v1", "kind": "IngressClass", "metadata": {"name": "c"}, "spec": spec}


def test_parameters_of_a_class_know_their_scope(offline: OfflineApi) -> None:
    good = {"kind": "Config", "name": "c", "apiGroup": "example.com"}
    found = offline.create(ingress_class(controller="example.com/c", parameters=good))[0]
    assert found["spec"]["parameters"]["scope"] == "Cluster"
    for more, complaint in (
        ({"namespace": "n"}, "parameters.namespace: Forbidden: `parameters.scope` is set to 'Cluster'"),
        ({"scope": "Namespace"}, "parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'"),
        ({"scope": "Galaxy"}, 'scope: Unsupported value: "Galaxy": supported values: "Cluster", "Namespace"'),
    ):
        assert complaint in refusal(offline, ingress_class(controller="example.com/c", parameters=good | more))


def test_a_class_needs_a_controller(offline: OfflineApi) -> None:
    assert refusal(offline, ingress_class()).endswith("spec.controller: Required value")
    assert "Too long: may not be more than 250 bytes" in refusal(offline, ingress_class(controller="a.io/" + "x" * 250))
