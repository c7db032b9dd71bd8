"""Role-based access control: rules, bindings, aggregation, and the words of a refusal."""

import pytest
from loopkube.api.authorization import Asked, Authorizer, forbidden, rule_allows
from loopkube.api.credentials import ADMIN, ANONYMOUS, User, service_account_user
from loopkube.api.in_process import InProcessClient
from loopkube.api.roles import default_roles
from loopkube.api.verbs import Api
from loopkube.controllers.aggregation import ClusterRoleAggregationController, gathered
from world import world

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


def test_aggregated_roles_begin_with_what_they_gather() -> None:
    """The controller has nothing to write into a new cluster."""
    roles = default_roles()
    for role in roles:
        if "aggregationRule" in role:
            assert role["rules"] == gathered(role, roles)


def test_admin_is_what_it_is_on_a_real_cluster() -> None:
    roles = {role["metadata"]["name"]: role["rules"] for role in default_roles()}

    def allows(role: str, *asked: str) -> bool:
        return any(rule_allows(rule, Asked(*asked)) for rule in roles[role])

    for verb in ("create", "update", "patch", "delete", "deletecollection"):
        assert not allows("admin", verb, "", "endpoints")
        assert not allows("admin", verb, "discovery.k8s.io", "endpointslices")
        assert allows("admin", verb, "", "services") and not allows("view", verb, "", "services")
        assert allows("admin", verb, RBAC, "roles") and not allows("edit", verb, RBAC, "roles")
        assert not allows("admin", verb, "", "limitranges") and not allows("admin", verb, "", "resourcequotas")
    assert allows("view", "list", "", "endpoints") and not allows("view", "list", "", "secrets")
    assert allows("edit", "list", "", "secrets") and allows("edit", "get", "", "pods", "exec")
    assert allows("edit", "create", "", "serviceaccounts", "token")
    assert not allows("admin", "escalate", RBAC, "roles") and not allows("admin", "bind", RBAC, "clusterroles")


@pytest.mark.parametrize(
    "selector",
    [
        {"matchLabels": {"tier": "edge"}},
        {"matchExpressions": [{"key": "tier", "operator": "Exists"}]},
    ],
)
async def test_aggregation_gathers_rules(selector: dict) -> None:
    async with world(ClusterRoleAggregationController, nodes=(), kubelet=False) as found:
        resource = f"clusterroles.{RBAC}"
        rules = [{"apiGroups": ["x.io"], "resources": ["gateways"], "verbs": ["get"]}]
        everything = {"metadata": {"name": "edge"}, "aggregationRule": {"clusterRoleSelectors": [selector]}}
        await found.client.create(resource, everything)
        for name in ("part-b", "part-a"):
            part = {"metadata": {"name": name, "labels": {"tier": "edge"}}, "rules": rules}
            await found.client.create(resource, part)
        await found.until(lambda: found.get(resource, "edge", "").get("rules") == rules, resource)
        await found.client.patch(resource, "part-a", {"rules": [rules[0] | {"verbs": ["list"]}]})
        await found.until(lambda: len(found.get(resource, "edge", "")["rules"]) == 2, resource)
        assert found.get(resource, "edge", "")["rules"][0]["verbs"] == ["list"]
        for name in ("part-a", "part-b"):
            await found.client.delete(resource, name)
        await found.until(lambda: not found.get(resource, "edge", "").get("rules"), resource)


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
