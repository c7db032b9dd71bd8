"""What a user may do through the API with the rules that they hold: one table, one line for each way in."""

import json
from typing import NamedTuple

import pytest
from served import Served

RBAC = "rbac.authorization.k8s.io"
ROLES, BINDINGS = f"/apis/{RBAC}/v1/clusterroles", f"/apis/{RBAC}/v1/clusterrolebindings"
IN, APPS = "/api/v1/namespaces/default", "/apis/apps/v1/namespaces/default"
JANE = {"Impersonate-User": "jane"}
SUBJECT = {"apiGroup": RBAC, "kind": "User", "name": "jane"}
AGGREGATED = "must have cluster-admin privileges to use the aggregationRule"
NOT_HELD = "is attempting to grant RBAC permissions not currently held:\n"
MERGE, APPLY = "application/merge-patch+json", "application/apply-patch+yaml"


def rule(verbs: str, resources: str, groups: str = "", **more: list[str]) -> dict:
    return {"apiGroups": groups.split(",")} | {"resources": resources.split(), "verbs": verbs.split()} | more


WRITES_RIGHTS = rule("create update patch get", "roles clusterroles rolebindings clusterrolebindings", RBAC)
READS_PODS = rule("get", "pods")
ALL = rule("*", "*", "*")


def role(name: str = "new", rules: list[dict] | None = None, **more: object) -> dict:
    return {"apiVersion": f"{RBAC}/v1", "kind": "ClusterRole", "metadata": {"name": name}, "rules": rules or []} | more


def binding(to: str, kind: str = "ClusterRole") -> dict:
    reference = {"apiGroup": RBAC, "kind": kind, "name": to}
    named = {"kind": "ClusterRoleBinding", "metadata": {"name": "new"}}
    return {"apiVersion": f"{RBAC}/v1"} | named | {"roleRef": reference, "subjects": [SUBJECT]}


GATHERS = {"aggregationRule": {"clusterRoleSelectors": [{"matchLabels": {"x": "y"}}]}}


class Case(NamedTuple):
    holds: list[dict]
    method: str
    path: str
    body: object
    status: int
    message: str = ""
    type: str = "application/json"


ESCALATION = {
    "aggregation": Case([WRITES_RIGHTS], "POST", ROLES, role(**GATHERS), 403, AGGREGATED),
    "aggregation with *, and so escalate": Case([ALL], "POST", ROLES, role(**GATHERS), 201),
    "aggregation with escalate": Case(
        [WRITES_RIGHTS, rule("escalate", "clusterroles", RBAC)], "POST", ROLES, role(**GATHERS), 201
    ),
    "an empty aggregation gathers nothing": Case(
        [WRITES_RIGHTS], "POST", ROLES, role(aggregationRule={"clusterRoleSelectors": []}), 201
    ),
    "aggregation added": Case([WRITES_RIGHTS, READS_PODS], "PATCH", f"{ROLES}/mine", GATHERS, 403, AGGREGATED, MERGE),
    "aggregation removed": Case(
        [WRITES_RIGHTS, rule("get list watch", "*", "*")],
        "PATCH",
        f"{ROLES}/view",
        {"aggregationRule": None},
        403,
        AGGREGATED,
        MERGE,
    ),
    "a label on cluster-admin": Case(
        [WRITES_RIGHTS], "PATCH", f"{ROLES}/cluster-admin", {"metadata": {"labels": {"x": "y"}}}, 403, NOT_HELD, MERGE
    ),
    "a label on a role that is held": Case(
        [WRITES_RIGHTS, READS_PODS], "PATCH", f"{ROLES}/mine", {"metadata": {"labels": {"x": "y"}}}, 200, "", MERGE
    ),
    "a finalizer on cluster-admin": Case(
        [WRITES_RIGHTS],
        "PATCH",
        f"{ROLES}/cluster-admin",
        {"metadata": {"finalizers": ["example.com/wait"]}},
        200,
        "",
        MERGE,
    ),
    "rules not held": Case(
        [WRITES_RIGHTS, READS_PODS],
        "POST",
        ROLES,
        role(rules=[rule("get list watch", "pods nodes"), {"nonResourceURLs": ["/metrics"], "verbs": ["get"]}]),
        403,
        f'{NOT_HELD}{{APIGroups:[""], Resources:["nodes"], Verbs:["get" "list" "watch"]}}\n'
        '{APIGroups:[""], Resources:["pods"], Verbs:["list" "watch"]}\n'
        '{NonResourceURLs:["/metrics"], Verbs:["get"]}',
    ),
    "rules held": Case([WRITES_RIGHTS, READS_PODS], "POST", ROLES, role(rules=[READS_PODS]), 201),
    "a name held, all names granted": Case(
        [WRITES_RIGHTS, READS_PODS | {"resourceNames": ["a"]}], "POST", ROLES, role(rules=[READS_PODS]), 403, NOT_HELD
    ),
    "a subresource granted by its kind": Case(
        [WRITES_RIGHTS, rule("get", "*/scale", "apps")],
        "POST",
        ROLES,
        role(rules=[rule("get", "deployments/scale", "apps")]),
        201,
    ),
    "escalate": Case([WRITES_RIGHTS, rule("escalate", "clusterroles", RBAC)], "POST", ROLES, role(rules=[ALL]), 201),
    "escalate for one name does not create it": Case(
        [WRITES_RIGHTS, rule("escalate", "clusterroles", RBAC, resourceNames=["new"])],
        "POST",
        ROLES,
        role(rules=[ALL]),
        403,
        NOT_HELD,
    ),
    "rules by apply": Case(
        [WRITES_RIGHTS], "PATCH", f"{ROLES}/mine?fieldManager=j&force=1", role("mine", [ALL]), 403, NOT_HELD, APPLY
    ),
    "a binding to a role that is held": Case([WRITES_RIGHTS, READS_PODS], "POST", BINDINGS, binding("mine"), 201),
    "a binding to more": Case([WRITES_RIGHTS], "POST", BINDINGS, binding("cluster-admin"), 403, NOT_HELD),
    "a binding to nothing": Case(
        [WRITES_RIGHTS], "POST", BINDINGS, binding("none"), 404, f'clusterroles.{RBAC} "none" not found'
    ),
    "a binding to a Role that is none": Case(
        [WRITES_RIGHTS],
        "POST",
        f"/apis/{RBAC}/v1/namespaces/default/rolebindings",
        binding("none", "Role") | {"kind": "RoleBinding"},
        404,
        f'roles.{RBAC} "none" not found',
    ),
    "a binding to nothing with bind": Case(
        [WRITES_RIGHTS, rule("bind", "clusterroles", RBAC)], "POST", BINDINGS, binding("none"), 201
    ),
    "another subject in a binding": Case(
        [WRITES_RIGHTS], "PATCH", f"{BINDINGS}/cluster-admin", {"subjects": [SUBJECT]}, 403, NOT_HELD, MERGE
    ),
}
CONFIG = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}}
LEASES = "/apis/coordination.k8s.io/v1/namespaces/default/leases"
LEASE = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": "l"}}
SCALE = {"spec": {"replicas": 1}}
NO_CREATE = 'configmaps "c" is forbidden: '
OTHER_WAYS = {
    "apply that creates": Case(
        [rule("patch get", "configmaps")], "PATCH", f"{IN}/configmaps/c?fieldManager=j", CONFIG, 403, NO_CREATE, APPLY
    ),
    "apply that creates, with create": Case(
        [rule("patch create", "configmaps")], "PATCH", f"{IN}/configmaps/c?fieldManager=j", CONFIG, 201, "", APPLY
    ),
    "apply with create alone": Case(
        [rule("create", "configmaps")],
        "PATCH",
        f"{IN}/configmaps/c?fieldManager=j",
        CONFIG,
        403,
        'cannot patch resource "configmaps"',
        APPLY,
    ),
    "dry run of an apply that creates": Case(
        [rule("patch", "configmaps")],
        "PATCH",
        f"{IN}/configmaps/c?fieldManager=j&dryRun=All",
        CONFIG,
        403,
        NO_CREATE,
        APPLY,
    ),
    "update that creates": Case(
        [rule("update", "leases", "coordination.k8s.io")], "PUT", f"{LEASES}/l", LEASE, 403, "is forbidden: "
    ),
    "update that creates, with create": Case(
        [rule("update create", "leases", "coordination.k8s.io")], "PUT", f"{LEASES}/l", LEASE, 201
    ),
    "watch is not list": Case([rule("list", "pods")], "GET", f"{IN}/pods?watch=1", None, 403, "cannot watch resource"),
    "list is not get": Case([rule("list", "pods")], "GET", f"{IN}/pods/p", None, 403, "cannot get resource"),
    "watch of one name": Case(
        [rule("list", "configmaps", resourceNames=["c"])],
        "GET",
        f"{IN}/configmaps?fieldSelector=metadata.name%3Dc",
        None,
        200,
    ),
    "list of another name": Case(
        [rule("list", "configmaps", resourceNames=["c"])],
        "GET",
        f"{IN}/configmaps?fieldSelector=metadata.name%3Dd",
        None,
        403,
    ),
    "delete is not deletecollection": Case(
        [rule("delete", "pods")], "DELETE", f"{IN}/pods", None, 403, "cannot deletecollection resource"
    ),
    "scale": Case(
        [rule("patch", "deployments", "apps")],
        "PATCH",
        f"{APPS}/deployments/web/scale",
        SCALE,
        403,
        'cannot patch resource "deployments/scale"',
        MERGE,
    ),
    "status": Case(
        [rule("patch", "pods")], "PATCH", f"{IN}/pods/p/status", {}, 403, 'cannot patch resource "pods/status"', MERGE
    ),
    "log": Case([rule("*", "pods")], "GET", f"{IN}/pods/p/log", None, 403, 'cannot get resource "pods/log"'),
    "eviction": Case([rule("delete", "pods")], "POST", f"{IN}/pods/p/eviction", {}, 403, "pods/eviction"),
    "binding": Case([rule("create", "pods")], "POST", f"{IN}/pods/p/binding", {}, 403, "pods/binding"),
    "bindings": Case([rule("create", "pods/binding")], "POST", f"{IN}/bindings", {}, 403, 'resource "bindings"'),
    "a token of another": Case(
        [rule("*", "serviceaccounts")], "POST", f"{IN}/serviceaccounts/default/token", {}, 403, "serviceaccounts/token"
    ),
    "finalize": Case([rule("update", "namespaces")], "PUT", "/api/v1/namespaces/default/finalize", {}, 403, "finalize"),
    "approval": Case(
        [rule("*", "certificatesigningrequests", "certificates.k8s.io")],
        "PUT",
        "/apis/certificates.k8s.io/v1/certificatesigningrequests/x/approval",
        {},
        403,
        "certificatesigningrequests/approval",
    ),
    "proxy": Case([rule("*", "pods services")], "GET", f"{IN}/services/web/proxy", None, 403, "services/proxy"),
    **{
        f"{name} by reading": Case(
            [rule("get list watch", f"pods/{name}")],
            "GET",
            f"{IN}/pods/p/{name}",
            None,
            403,
            f'cannot create resource "pods/{name}"',
        )
        for name in ("exec", "attach", "portforward")
    },
    "a path": Case([ALL], "GET", "/metrics", None, 403, 'cannot get path "/metrics"'),
    "who else may": Case(
        [], "POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", {}, 403, "subjectaccessreviews"
    ),
    "whose token is it": Case([], "POST", "/apis/authentication.k8s.io/v1/tokenreviews", {}, 403, "tokenreviews"),
    "may I": Case(
        [],
        "POST",
        "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
        {"spec": {"nonResourceAttributes": {"path": "/", "verb": "get"}}},
        201,
    ),
}


@pytest.mark.parametrize("case", [*ESCALATION.values(), *OTHER_WAYS.values()], ids=[*ESCALATION, *OTHER_WAYS])
async def test_rights(served: Served, case: Case) -> None:
    await served.client.create(f"clusterroles.{RBAC}", role("mine", [READS_PODS]))
    if case.holds:
        await served.client.create(f"clusterroles.{RBAC}", role("jane", case.holds))
        await served.client.create(f"clusterrolebindings.{RBAC}", binding("jane") | {"metadata": {"name": "jane"}})
    data = json.dumps(case.body) if case.body is not None else None
    reply = await served.call(case.method, case.path, data=data, headers=JANE | {"Content-Type": case.type})
    assert reply.status == case.status, reply.text
    assert case.message in reply.body.get("message", "")


IMPERSONATION = [
    ({"Impersonate-User": "ann"}, 'cannot impersonate resource "users"'),
    ({"Impersonate-User": "system:serviceaccount:kube-system:x"}, 'cannot impersonate resource "serviceaccounts"'),
    ({"Impersonate-User": "jane", "Impersonate-Group": "system:masters"}, 'cannot impersonate resource "groups"'),
    ({"Impersonate-User": "jane", "Impersonate-Uid": "1"}, 'cannot impersonate resource "uids"'),
    ({"Impersonate-User": "jane", "Impersonate-Extra-A": "b"}, 'cannot impersonate resource "userextras/a"'),
]


@pytest.mark.parametrize(("headers", "message"), IMPERSONATION)
async def test_impersonation(served: Served, headers: dict[str, str], message: str) -> None:
    """A service account that may impersonate the user `jane`, and nothing else."""
    await served.client.create("serviceaccounts", {"metadata": {"name": "robot"}}, "default")
    rules = [rule("impersonate", "users", resourceNames=["jane"])]
    await served.client.create(f"clusterroles.{RBAC}", role("robot", rules))
    robot = {"kind": "ServiceAccount", "name": "robot", "namespace": "default"}
    bound = binding("robot") | {"metadata": {"name": "robot"}, "subjects": [robot]}
    await served.client.create(f"clusterrolebindings.{RBAC}", bound)
    made = await served.call("POST", f"{IN}/serviceaccounts/robot/token", {"spec": {}})
    token = made.body["status"]["token"]
    assert (await served.call("GET", "/apis", token=token, headers=JANE)).status == 200
    reply = await served.call("GET", "/apis", token=token, headers=headers)
    assert reply.status == 403 and message in reply.body["message"]
