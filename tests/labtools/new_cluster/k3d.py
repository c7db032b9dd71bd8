"""A kind of cluster as somebody would add it: this file in helpers/labtools/clusters, and nothing else."""

import json
from types import MappingProxyType

from labcore.clusters.base import RECORD, Access, Cluster, Entry, OnStep, Status, UpOption, UpOptions
from labcore.errors import NoCluster
from labcore.machine import paths


class K3dCluster(Cluster):
    """k3s in Docker; no program is asked, so that it is up as soon as its record is written."""

    name = "k3d"
    in_docker = True
    programs = ("docker", "k3d", "kubectl")
    memory = 1_000_000_000
    disk = 3_000_000_000
    controllers = MappingProxyType({"servicelb": "as k3s brings it"})
    own_options = (UpOption("--agents", "how many nodes it has beside the server", "NUMBER"), UpOption("--retain", ""))

    @classmethod
    def install(cls, program: str) -> str:
        return "curl -s https://k3d.io/install.sh | bash" if program == "k3d" else ""

    def up(self, options: UpOptions, on_step: OnStep) -> Access:
        agents = options.own.get("agents", "0")
        on_step(f"k3d cluster create --agents {agents}")
        file = self.record(paths.state())
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({"state": "whole", "http_port": paths.http_port(options.http_port)}))
        return self.access()

    def status(self) -> Status:
        up = self.record(paths.state()).exists()
        return Status("running", "k3d runs.", self.access().lines) if up else Status("stopped", "k3d does not run.")

    def down(self, *, delete: bool = False) -> str:
        self.record(paths.state()).unlink(missing_ok=True)
        return "k3d is removed." if delete else "k3d is stopped."

    def access(self) -> Access:
        try:
            record = json.loads(self.record(paths.state()).read_text())
        except OSError as error:
            raise NoCluster(f"there is no {RECORD}; lab up --cluster k3d makes one") from error
        return Access("k3d", self.kubeconfig(paths.state()), "k3d-lab", Entry("127.0.0.1", record["http_port"], 8443))

    def nodes(self) -> dict[str, str]:
        return {"k3d-lab-server-0": "running"}

    power = nodes


CLUSTER = K3dCluster
