"""What notebooks need beside namespaces of their own: one table, asked on a cluster that is not the lab's.

A notebook that is not named here runs wherever its namespace is. The rights follow from the manifests that it applies,
so that they need not be written twice.
"""

from dataclasses import dataclass
from pathlib import Path

from ingress_lab.manifests import Document, load
from labcore.language.messages import phrase
from labcore.machine import paths


@dataclass(frozen=True)
class Need:
    """One notebook: what it does, with which manifests, and which rights that takes beside theirs.

    `prepared`: what those manifests hold for the whole cluster can be made by an administrator beforehand
    (`lab participant NAME`), as it gives no more than a look at classes and nodes.
    """

    notebook: str
    namespace: str
    does: str
    folder: str
    rights: tuple[tuple[str, str], ...] = ()
    stops_nodes: bool = False
    prepared: bool = False

    @property
    def path(self) -> Path:
        return paths.project() / "manifests" / self.folder

    @property
    def documents(self) -> list[Document]:
        """The objects that an administrator applies. Raises BadManifest."""
        return load(self.path)


NEEDS = (
    Need(
        "05_ingress_controllers",
        "controllers",
        phrase("Notebook 05 installs an ingress controller and a class for it."),
        "controllers-lesson/controller",
        rights=(
            ("create", "authorization.k8s.io/subjectaccessreviews"),
            ("impersonate", "serviceaccounts"),
            ("create", "admissionregistration.k8s.io/validatingwebhookconfigurations"),
        ),
    ),
    Need(
        "10_session_affinity",
        "session-affinity",
        phrase("Notebook 10 starts a second ingress controller."),
        "session-affinity/replica",
        prepared=True,
    ),
    Need(
        "11_many_ingress_nodes",
        "many-nodes",
        phrase("Notebook 11 installs a controller on two nodes, and takes the power of one."),
        "many-nodes/controller",
        rights=(("patch", "nodes"),),
        stops_nodes=True,
    ),
    Need(
        "12_reverse_proxy",
        "reverse-proxy",
        phrase("Notebook 12 starts a second ingress controller."),
        "reverse-proxy/edge",
        prepared=True,
    ),
    Need(
        "13_gateway_api",
        "gateway-api-team",
        phrase("Notebook 13 installs the definitions of the Gateway API and a controller for them."),
        "gateway/controller",
        rights=(("create", "apiextensions.k8s.io/customresourcedefinitions"),),
    ),
    Need(
        "14_leaving_ingress_nginx",
        "leaving",
        phrase("Notebook 14 installs nginx and a controller for it."),
        "controllers/nginx",
        rights=(("create", "admissionregistration.k8s.io/validatingwebhookconfigurations"),),
    ),
    Need(
        "15_rollouts",
        "rollouts",
        phrase("Notebook 15 drains a node."),
        "rollouts",
        rights=(("patch", "nodes"),),
    ),
    Need(
        "16_write_a_controller",
        "write-a-controller",
        phrase("Notebook 16 installs a controller of your own and a class for it."),
        "write-a-controller/controller",
    ),
    Need(
        "18_capstone",
        "capstone",
        phrase("Notebook 18 installs nginx and a controller for it."),
        "controllers/nginx",
    ),
)
