"""Role-based access control: rules, bindings, aggregation, and the words of a refusal."""

import pytest
from loopkube.api.authorization import Asked, Authorizer, forbidden, rule_allows
from loopkube.api.credentials import ADMIN, ANONYMOUS, User, service_account_user
from loopkube.api.verbs import Api
from loopkube.inprocess import InProcessClient

ROBOT = service_account_user("shop", "robot")
JANE = User("jane", ("system:authenticated",))
RBAC = "rbac.authorization.k8s.io"


@pytest.mark.parametrize(
    ("rule", "asked", "allowed"),
    [
        ({"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}, Asked("get", "", "pods"), True),
        ({"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}, Asked("list", "", "pods"), False),
        ({"apiGroups": ["apps"], "resources": ["pods"], "verbs": ["*"]}, Asked("get", "", "pods"), False),
        ({"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}, Asked("get", "apps", "x", "scale"), True),
        ({"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}, Asked("get", "", "pods", "log"), False),
        ({"apiGroups": [""], "resources": ["pods/log"], "verbs": ["get"]}, Asked("get", "", "pods", "log"), True),
        ({"apiGroups": ["apps"], "resources": ["*/scale"], "verbs": ["get"]}, Asked("get", "apps", "x", "scale"), True),
        (
            {"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"], "resourceNames": ["a"]},
            Asked("get", "", "secrets", name="a"),
            True,
        ),
        (
            {"apiGroups": [""], "resources": ["secrets"], "verbs": ["list"], "resourceNames": ["a"]},
            Asked("list", "", "secrets"),
            False,
        ),
        ({"nonResourceURLs": ["/healthz"], "verbs": ["get"]}, Asked("get", path="/healthz"), True),
        ({"nonResourceURLs": ["/api/*"], "verbs": ["get"]}, Asked("get", path="/apis"), False),
        ({"nonResourceURLs": ["*"], "verbs": ["get"]}, Asked("get", "", "pods"), False),
    ],
)
def test_rules(rule: dict, asked: Asked, allowed: bool) -> None:
    assert rule_allows(rule, asked) is allowed


async def bind(client: InProcessClient, kind: str, role: str, subject: dict, namespace: str = "") -> None:
    resource = "rolebindings" if namespace else "clusterrolebindings"
    binding = {
        "metadata": {"name": f"{role}-{subject['name']}"},
        "roleRef": {"apiGroup": RBAC, "kind": kind, "name": role},
        "subjects": [subject],
    }
    await client.create(f"{resource}.{RBAC}", binding, namespace)


@pytest.fixture
async def authorizer(api: Api, client: InProcessClient) -> Authorizer:
    await client.create("namespaces", {"metadata": {"name": "shop"}})
    return Authorizer(api.store)


async def test_nothing_is_allowed_until_it_is(authorizer: Authorizer, client: InProcessClient) -> None:
    reads = Asked("list", "", "pods", namespace="shop")
    assert not authorizer.allows(ROBOT, reads)
    account = {"kind": "ServiceAccount", "name": "robot", "namespace": "shop"}
    await bind(client, "ClusterRole", "view", account, "shop")
    assert authorizer.allows(ROBOT, reads)
    assert not authorizer.allows(ROBOT, Asked("list", "", "pods", namespace="default"))
    assert not authorizer.allows(ROBOT, Asked("list", "", "pods"))
    assert not authorizer.allows(ROBOT, Asked("list", "", "secrets", namespace="shop"))
    await client.delete(f"rolebindings.{RBAC}", "view-robot", "shop")
    assert not authorizer.allows(ROBOT, reads)


async def test_a_cluster_role_binding_holds_everywhere(authorizer: Authorizer, client: InProcessClient) -> None:
    group = {"apiGroup": RBAC, "kind": "Group", "name": "system:serviceaccounts:shop"}
    await bind(client, "ClusterRole", "edit", group)
    assert authorizer.allows(ROBOT, Asked("create", "apps", "deployments", namespace="default"))
    assert authorizer.allows(ROBOT, Asked("list", "", "pods"))
    assert not authorizer.allows(JANE, Asked("list", "", "pods"))


async def test_aggregation_gathers_rules(authorizer: Authorizer, client: InProcessClient) -> None:
    await bind(client, "ClusterRole", "view", {"apiGroup": RBAC, "kind": "User", "name": "jane"})
    asked = Asked("get", "gateway.networking.k8s.io", "gateways")
    assert not authorizer.allows(JANE, asked)
    rules = [{"apiGroups": ["gateway.networking.k8s.io"], "resources": ["gateways"], "verbs": ["get"]}]
    labels = {f"{RBAC}/aggregate-to-view": "true"}
    await client.create(f"clusterroles.{RBAC}", {"metadata": {"name": "gw", "labels": labels}, "rules": rules})
    assert authorizer.allows(JANE, asked)


async def test_what_everybody_may(authorizer: Authorizer) -> None:
    assert authorizer.allows(ANONYMOUS, Asked("get", path="/version"))
    assert authorizer.allows(JANE, Asked("get", path="/openapi/v3/api/v1"))
    assert not authorizer.allows(ANONYMOUS, Asked("get", path="/apis"))
    assert authorizer.allows(ADMIN, Asked("delete", "", "namespaces", name="shop"))


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (
            Asked("list", "", "configmaps", namespace="x"),
            'configmaps is forbidden: User "jane" cannot list resource "configmaps" in API group "" '
            'in the namespace "x"',
        ),
        (
            Asked("get", "apps", "deployments", "scale", "x", "web"),
            'deployments.apps "web" is forbidden: User "jane" cannot get resource "deployments/scale" '
            'in API group "apps" in the namespace "x"',
        ),
        (
            Asked("list", "", "nodes"),
            'nodes is forbidden: User "jane" cannot list resource "nodes" in API group "" at the cluster scope',
        ),
        (Asked("get", path="/metrics"), 'forbidden: User "jane" cannot get path "/metrics"'),
    ],
)
def test_the_words_of_a_refusal(asked: Asked, message: str) -> None:
    error = forbidden(JANE, asked)
    assert (error.code, error.reason, error.message) == (403, "Forbidden", message)
