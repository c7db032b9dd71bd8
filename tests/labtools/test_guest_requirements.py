"""What notebooks need beside their namespaces: the table names each that does, the sentence says what is missing."""

import json

import pytest
import yaml
from fake_api import FakeApi
from ingress_lab.kube.tenancy import OWNER, Tenancy
from labcore.clusters.base import Access, Entry
from labcore.kube.discovery import Catalogue, Resource
from labcore.machine import paths
from labtools.clusters.context import left_out, participant
from labtools.clusters.context.guest_requirements import NEEDS

MANIFESTS = paths.project() / "manifests"
NOT_OF_NOTEBOOKS = {"controllers/traefik", "controllers/envoy"}
RBAC = "rbac.authorization.k8s.io"
RESOURCES = [
    Resource("", "v1", "ServiceAccount", "serviceaccounts", "serviceaccount", True),
    Resource("apps", "v1", "DaemonSet", "daemonsets", "daemonset", True),
    *(Resource(RBAC, "v1", kind, f"{kind.lower()}s", kind.lower(), True) for kind in ("Role", "RoleBinding")),
    *(
        Resource(RBAC, "v1", kind, f"{kind.lower()}s", kind.lower(), False)
        for kind in ("ClusterRole", "ClusterRoleBinding")
    ),
]


class Guest(FakeApi):
    """An account that may do all in its namespaces, and nothing outside; `lacks` names what it may not there."""

    def __init__(self, *lacks: str, administrator: bool = False) -> None:
        super().__init__()
        self._catalogue = Catalogue([*self._catalogue.all(), *RESOURCES])
        self.lacks, self.administrator = lacks, administrator

    def request(self, method, path, body=None, **how):
        if path.endswith("selfsubjectrulesreviews"):
            return {"status": {"resourceRules": []}}
        if path.endswith("selfsubjectaccessreviews"):
            asked = body["spec"]["resourceAttributes"]
            inside = asked.get("namespace", "").startswith("ann-") and asked["resource"] not in self.lacks
            return {"status": {"allowed": self.administrator or inside}}
        if path.endswith("selfsubjectreviews"):
            return {"status": {"userInfo": {"username": "ann"}}}
        return super().request(method, path, body, **how)

    def prepare(self) -> "Guest":
        """As after `lab participant ann | kubectl apply -f -`."""
        for obj in participant.objects("ann", participant.series_namespaces(paths.project() / "notebooks" / "en")):
            if obj["kind"] in ("ClusterRole", "ClusterRoleBinding"):
                self.objects[f"/apis/{RBAC}/v1/{obj['kind'].lower()}s/{obj['metadata']['name']}"] = obj
        return self


SHARED = Access("context:c", None, "c", Entry(), "ann-", shared=True)


def test_each_notebook_that_applies_what_is_of_the_whole_cluster_is_in_the_table() -> None:
    kinds = ("ClusterRole", "ClusterRoleBinding", "IngressClass")
    holding = {
        file.parent.relative_to(MANIFESTS).as_posix()
        for file in MANIFESTS.glob("*/*/*.yaml")
        for document in yaml.safe_load_all(file.read_text())
        if document and document["kind"] in kinds
    }
    drains = {"rollouts"}  # of the whole cluster it needs a right alone
    assert holding - NOT_OF_NOTEBOOKS == {need.folder for need in NEEDS} - drains


@pytest.mark.parametrize("need", NEEDS, ids=lambda need: need.notebook)
def test_the_table_fits_the_notebooks(need) -> None:
    path = paths.project() / "notebooks" / "en" / f"{need.notebook}.ipynb"
    code = "\n".join("".join(cell["source"]) for cell in json.loads(path.read_text())["cells"])
    topic, _, part = need.folder.partition("/")
    applied = f"manifests/{need.folder}" in code or (topic in code and f'manifests / "{part}"' in code)
    assert f'Lab.connect("{need.namespace}")' in code and applied
    assert f"Notebook {need.notebook[:2]} " in need.does


@pytest.mark.parametrize("need", [need for need in NEEDS if need.prepared], ids=lambda need: need.notebook)
def test_what_an_administrator_prepares_is_a_look_at_classes_and_nodes(need) -> None:
    (role,) = (document.obj for document in need.documents if document.kind == "ClusterRole")
    assert {resource for rule in role["rules"] for resource in rule["resources"]} == {"ingressclasses", "nodes"}
    assert {verb for rule in role["rules"] for verb in rule["verbs"]} == {"list", "watch"}


def test_a_guest_is_told_what_is_missing_and_who_gives_it() -> None:
    said = left_out.sentences(Guest(), SHARED)
    assert list(said) == [need.notebook for need in NEEDS]
    assert said["05_ingress_controllers"] == (
        "Notebook 05 installs an ingress controller and a class for it. It is left out on context:c: ann may not "
        "create subjectaccessreviews, validatingwebhookconfigurations, clusterroles, clusterrolebindings, "
        "ingressclasses; impersonate serviceaccounts. An administrator can allow it with the ClusterRole "
        "cluster-admin. On a cluster of your own it runs: lab study --cluster local"
    )
    assert "ann may not create clusterroles, clusterrolebindings. An" in said["10_session_affinity"]
    assert "`lab participant NAME`" in said["12_reverse_proxy"]
    assert "the lab cannot stop a machine there" in said["11_many_ingress_nodes"]
    assert "ann may not create customresourcedefinitions, " in said["13_gateway_api"]


def test_what_was_prepared_is_enough() -> None:
    left = {
        "05_ingress_controllers",
        "11_many_ingress_nodes",
        "13_gateway_api",
        "14_leaving_ingress_nginx",
        "15_rollouts",
        "16_write_a_controller",
        "18_capstone",
    }
    assert set(left_out.sentences(Guest().prepare(), SHARED)) == left


def test_without_roles_in_the_namespace_it_is_not() -> None:
    said = left_out.sentences(Guest("roles", "rolebindings").prepare(), SHARED)
    assert "ann may not create roles, rolebindings. An" in said["10_session_affinity"]


def test_an_administrator_lacks_a_machine_only() -> None:
    assert list(left_out.sentences(Guest(administrator=True), SHARED)) == ["11_many_ingress_nodes"]


def test_on_the_labs_own_clusters_nothing_is_left_out() -> None:
    assert left_out.sentences(Guest(), Access("local", None, None, Entry())) == {}


def test_access_objects_get_the_names_of_their_person() -> None:
    need = next(need for need in NEEDS if need.folder == "session-affinity/replica")
    found = {document.kind: document.obj for document in Tenancy("ann-").copies(need.documents)}
    assert found["Role"]["metadata"]["name"] == "replica" == found["RoleBinding"]["roleRef"]["name"]
    assert found["ClusterRole"]["metadata"]["name"] == "ann-replica" == found["ClusterRoleBinding"]["roleRef"]["name"]
    for kind in ("RoleBinding", "ClusterRoleBinding"):
        assert [subject["namespace"] for subject in found[kind]["subjects"]] == ["ann-session-affinity"]
    again = {document.kind: document.obj for document in Tenancy().copies(need.documents)}
    assert again["ClusterRole"]["metadata"]["name"] == "replica"


def test_a_role_of_the_cluster_keeps_its_name() -> None:
    binding = {"kind": "ClusterRoleBinding", "metadata": {"name": "mine"}, "roleRef": {"kind": "ClusterRole"}}
    binding["roleRef"]["name"] = "view"
    renamed = Tenancy("ann-").renamed(binding, roles=())
    assert renamed["metadata"]["name"] == "ann-mine" and renamed["roleRef"]["name"] == "view"


def test_what_a_participant_gets_carries_their_label() -> None:
    made = participant.objects("ann", ["start-here"])
    assert {obj["metadata"]["labels"].get(OWNER) for obj in made} == {"ann"}
    prepared = [obj["metadata"]["name"] for obj in made if obj["kind"] == "ClusterRole"]
    assert sorted(prepared) == ["ann-replica", "ann-reverse-proxy-edge", "ingress-lab-ann", "ingress-lab-ann-status"]
