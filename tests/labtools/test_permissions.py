"""What an account may, as the cluster says it, and the sentence for what it may not."""

import pytest
from fake_api import FakeApi
from labcore.errors import LabError
from labtools.clusters.context import permissions

EDIT = [
    {"verbs": ["*"], "apiGroups": [""], "resources": ["configmaps", "services", "pods", "secrets", "events"]},
    {"verbs": ["*"], "apiGroups": ["apps", "networking.k8s.io", "discovery.k8s.io"], "resources": ["*"]},
]


class Judge(FakeApi):
    """Answers reviews: the rules of the review, and rights that only a single question shows."""

    def __init__(self, rules: list[dict], singly: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.rules, self.singly, self.asked = rules, singly, 0

    def request(self, method, path, body=None, **how):
        if path.endswith("selfsubjectrulesreviews"):
            return {"status": {"resourceRules": self.rules, "incomplete": True}}
        if path.endswith("selfsubjectaccessreviews"):
            self.asked += 1
            wanted = body["spec"]["resourceAttributes"]
            return {"status": {"allowed": f"{wanted['verb']} {wanted['resource']}" in self.singly}}
        if path.endswith("selfsubjectreviews"):
            return {"status": {"userInfo": {"username": "system:serviceaccount:ann-a:ann"}}}
        return super().request(method, path, body, **how)


def with_namespace(api: FakeApi, name: str) -> FakeApi:
    api.objects[f"/api/v1/namespaces/{name}"] = {"metadata": {"name": name}}
    return api


def test_edit_is_enough_in_a_namespace_that_is_there() -> None:
    api = with_namespace(Judge(EDIT), "ann-a")
    permissions.require(api, "ann-a")
    assert api.asked == len(permissions.NAMESPACES), "one review answers for all the rest"


def test_what_the_rules_do_not_name_is_asked_singly() -> None:
    rules = [EDIT[0] | {"resources": ["configmaps", "services", "pods", "events"]}, EDIT[1]]
    secrets = ("create secrets", "delete secrets", "list secrets")
    permissions.require(with_namespace(Judge(rules, secrets), "ann-a"), "ann-a")


def test_a_rule_for_named_objects_is_no_rule_for_all() -> None:
    named = [EDIT[0] | {"resourceNames": ["one"]}, EDIT[1]]
    with pytest.raises(LabError, match="create, delete, list secrets"):
        permissions.require(Judge(named), "ann-a")


def test_what_is_missing_is_named_with_the_command_that_mends_it() -> None:
    with pytest.raises(LabError) as refused:
        permissions.require(Judge([EDIT[0]]), "ann-a")
    said = refused.value.message
    assert said.startswith('system:serviceaccount:ann-a:ann may not, in namespace "ann-a": create, patch, delete, list')
    assert "deployments.apps" in said and "ingresses.networking.k8s.io" in said and "configmaps" not in said
    assert "--clusterrole edit --serviceaccount ann-a:ann" in said


def test_a_namespace_that_is_not_there_and_may_not_be_made() -> None:
    with pytest.raises(LabError, match=r"kubectl label namespace ann-b app\.kubernetes\.io/managed-by=ingress-lab"):
        permissions.require(Judge(EDIT), "ann-b")


def test_one_who_may_make_namespaces_needs_none() -> None:
    permissions.require(Judge(EDIT, ("create namespaces", "delete namespaces")), "ann-b")
