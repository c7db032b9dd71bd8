"""Applying: created, configured, unchanged; refusals in Kubernetes' words, with file and document number."""

import pytest
from fake_api import FakeApi
from ingress_lab.kube.apply import LABEL, MANAGER, apply
from ingress_lab.manifests import load
from labcore.errors import BadManifest, Refused

TWO = """
apiVersion: v1
kind: ConfigMap
metadata: {name: one}
data: {colour: blue}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: two}
"""


@pytest.fixture
def api() -> FakeApi:
    return FakeApi()


def results(api: FakeApi, text: str) -> list[tuple[str, str]]:
    return [(a.title, a.result) for a in apply(api, load(text), "ns")]


def test_created_then_unchanged_then_configured(api: FakeApi) -> None:
    assert results(api, TWO) == [("configmap/one", "created"), ("configmap/two", "created")]
    assert results(api, TWO) == [("configmap/one", "unchanged"), ("configmap/two", "unchanged")]
    assert results(api, TWO.replace("blue", "red"))[0] == ("configmap/one", "configured")


def test_a_document_may_name_its_own_namespace(api: FakeApi) -> None:
    results(api, "{apiVersion: v1, kind: ConfigMap, metadata: {name: one, namespace: other}}")
    assert list(api.objects) == ["/api/v1/namespaces/other/configmaps/one"]


def test_cluster_wide_objects_carry_the_label(api: FakeApi) -> None:
    text = "{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: mine}}"
    assert results(api, text) == [("ingressclass.networking.k8s.io/mine", "created")]
    made = api.objects["/apis/networking.k8s.io/v1/ingressclasses/mine"]
    assert made["metadata"]["labels"] == {LABEL: MANAGER}


def test_what_somebody_else_has_made_as_wished_is_unchanged(api: FakeApi) -> None:
    results(api, TWO)
    api.refuse = lambda method, body, query: (403, "Forbidden", "cannot patch") if method == "patch" else None
    assert results(api, TWO)[0] == ("configmap/one", "unchanged")
    with pytest.raises(Refused, match="cannot patch"):
        results(api, TWO.replace("blue", "red"))


def test_every_document_is_tried_and_the_refused_one_named(api: FakeApi) -> None:
    words = 'ConfigMap "one" is invalid: data: too blue'
    api.refuse = lambda method, body, query: (
        (422, "Invalid", words) if body and body["metadata"]["name"] == "one" else None
    )
    with pytest.raises(Refused) as caught:
        results(api, TWO)
    assert (caught.value.code, caught.value.reason, caught.value.kubernetes) == (422, "Invalid", words)
    assert f"the text, document 1: {words}" in caught.value.message
    assert "configmap/two created" in caught.value.message


def test_an_unknown_field_is_worded_as_kubectl_words_it(api: FakeApi) -> None:
    strict = 'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "dta"'

    def refuse(method: str, body: dict | None, query: dict) -> tuple[int, str, str] | None:
        if method == "patch":
            return 500, "", "failed to create typed patch object: .dta: field not declared in schema"
        return (400, "BadRequest", strict) if query.get("dryRun") else None

    api.refuse = refuse
    with pytest.raises(Refused) as caught:
        results(api, "{apiVersion: v1, kind: ConfigMap, metadata: {name: one}, dta: {}}")
    assert caught.value.kubernetes == strict
    assert f'Error from server (BadRequest): error when creating "the text": {strict}' in caught.value.message


def test_an_old_api_version_has_no_matches(api: FakeApi) -> None:
    with pytest.raises(Refused) as caught:
        results(api, "{apiVersion: extensions/v1beta1, kind: Ingress, metadata: {name: hello}}")
    assert caught.value.kubernetes == (
        'resource mapping not found for name: "hello" namespace: "" from "the text": '
        'no matches for kind "Ingress" in version "extensions/v1beta1"\nensure CRDs are installed first'
    )
    assert "serves Ingress in networking.k8s.io/v1" in caught.value.message


def test_a_misspelt_kind_names_the_nearest(api: FakeApi) -> None:
    with pytest.raises(Refused, match='the nearest is "Ingress"'):
        results(api, "{apiVersion: networking.k8s.io/v1, kind: Ingres, metadata: {name: hello}}")


def test_a_failing_document_keeps_its_class(api: FakeApi) -> None:
    with pytest.raises(BadManifest):
        results(api, "just words:\n - and a list\n")
