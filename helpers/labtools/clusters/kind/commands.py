"""Every command line that the lab gives to kind, docker and kubectl. Nothing else runs them; no shell is involved.

kubectl is always told its kubeconfig and its context: without a context it would ask localhost:8080, the very port
that the ingress is mapped to.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from labtools.clusters.kind import pins

Command = list[str]


@dataclass(frozen=True)
class Commands:
    """The command lines for one cluster: its name, and its kubeconfig, which belongs to it alone."""

    name: str
    kubeconfig: Path

    # -- kind ------------------------------------------------------------------------------------------------------

    def create(self, config: Path, image: str, *, retain: bool = False) -> Command:
        """It returns before the nodes are Ready, so `wait_nodes` follows (kind's own --wait leaves workers out)."""
        made = ["kind", "create", "cluster", "--name", self.name, "--config", str(config), "--image", image]
        return [*made, "--kubeconfig", str(self.kubeconfig), *(["--retain"] if retain else [])]

    def delete(self) -> Command:
        """With the kubeconfig that it was created with; otherwise its context would stay in there."""
        return ["kind", "delete", "cluster", "--name", self.name, "--kubeconfig", str(self.kubeconfig)]

    def load_image(self, image: str) -> Command:
        """From Docker's images into every node's containerd."""
        return ["kind", "load", "docker-image", image, "--name", self.name]

    def load_archive(self, archive: Path) -> Command:
        """Images from a file of `docker save`, into every node: for machines without a network."""
        return ["kind", "load", "image-archive", str(archive), "--name", self.name]

    # -- docker ----------------------------------------------------------------------------------------------------

    def list_nodes(self) -> Command:
        """Its nodes, stopped ones too, one JSON object a line. (`kind get nodes` does not tell which are stopped.)"""
        label = f"label=io.x-k8s.kind.cluster={self.name}"
        return ["docker", "ps", "--all", "--filter", label, "--format", "{{json .}}"]

    def stop_nodes(self, *nodes: str) -> Command:
        """SIGTERM, and SIGKILL after Docker's ten seconds."""
        return ["docker", "stop", *nodes]

    def cut_power(self, node: str) -> Command:
        """Without the ten seconds in which its programs could say goodbye."""
        return ["docker", "stop", "-t", "0", node]

    def start_nodes(self, *nodes: str) -> Command:
        return ["docker", "start", *nodes]

    def run_cloud_provider(self) -> Command:
        """Addresses for Services of type LoadBalancer; its own Ingress and Gateway controllers stay off."""
        return [
            "docker", "run", "--detach", "--rm", "--name", self.cloud_provider, "--network", "kind",
            "--volume", "/var/run/docker.sock:/var/run/docker.sock", pins.CLOUD_PROVIDER_IMAGE,
            "--enable-lb-port-mapping", "--enable-default-ingress=false", "--gateway-channel=disabled",
        ]  # fmt: skip

    def stop_cloud_provider(self) -> Command:
        """Also where there is none."""
        return ["docker", "rm", "--force", self.cloud_provider]

    @property
    def cloud_provider(self) -> str:
        """The name of the container of cloud-provider-kind, which gives Services of type LoadBalancer an address."""
        return f"{self.name}-cloud-provider-kind"

    # -- kubectl ---------------------------------------------------------------------------------------------------

    @property
    def context(self) -> str:
        """As kind names it in the kubeconfig."""
        return f"kind-{self.name}"

    def kubectl(self, *arguments: str) -> Command:
        """kubectl on this cluster alone, whatever the person's own kubeconfig says."""
        return ["kubectl", "--kubeconfig", str(self.kubeconfig), "--context", self.context, *arguments]

    def wait_nodes(self, seconds: int) -> Command:
        """Until all are Ready, `seconds` at most."""
        return self.kubectl("wait", "--for=condition=Ready", "nodes", "--all", f"--timeout={seconds}s")

    def get_nodes(self) -> Command:
        return self.kubectl("get", "nodes")

    def apply(self, source: str | Path) -> Command:
        """`source` is a folder, a file or a URL, as `kubectl apply -f` takes it."""
        return self.kubectl("apply", "-f", str(source))

    def rollout(self, workload: str, namespace: str, seconds: int) -> Command:
        """Until the workload's Pods are ready, `seconds` at most."""
        return self.kubectl("rollout", "status", workload, "--namespace", namespace, f"--timeout={seconds}s")

    def get_pods(self, namespace: str) -> Command:
        return self.kubectl("get", "pods", "--namespace", namespace, "-o", "wide")

    def place_ingress_nginx(self) -> Command:
        """Its manifest for kind names no node, but only one node has the port mapping."""
        toleration = {"key": "node-role.kubernetes.io/control-plane", "operator": "Exists", "effect": "NoSchedule"}
        pod = {"nodeSelector": {"ingress-ready": "true"}, "tolerations": [toleration]}
        patch = json.dumps({"spec": {"template": {"spec": pod}}})
        workload = "deployment/ingress-nginx-controller"
        return self.kubectl("patch", workload, "--namespace", "ingress-nginx", "--patch", patch)


# -- docker images, of no cluster in particular ------------------------------------------------------------------


def look_at_image(image: str) -> Command:
    """Ends with 0 if the image is on this machine."""
    return ["docker", "image", "inspect", "--format", "{{.Id}}", image]


def pull(image: str) -> Command:
    return ["docker", "pull", image]


def tag(image: str, name: str) -> Command:
    return ["docker", "tag", image, name]


def save(image: str, archive: Path, platform: str = "") -> Command:
    """One platform only, where Docker keeps several (containerd image store): kind cannot load an incomplete index."""
    return ["docker", "save", *(["--platform", platform] if platform else []), "--output", str(archive), image]


def load(archive: Path) -> Command:
    return ["docker", "load", "--input", str(archive)]


def publishers(port: int) -> Command:
    """The containers that publish a port of this machine."""
    return ["docker", "ps", "--filter", f"publish={port}", "--format", "{{.Names}}"]
