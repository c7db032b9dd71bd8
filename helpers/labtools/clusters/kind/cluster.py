"""The kind cluster as the lab sees it: up, status, down, its nodes, and the way in."""

import os
from dataclasses import replace
from types import MappingProxyType

from labcore.clusters.base import Access, Cluster, Entry, OnStep, Status, UpOption, UpOptions
from labcore.errors import LabError, NoCluster, unknown
from labcore.language.messages import phrase
from labcore.machine import paths

from labtools.clusters.kind import beforehand, controllers, creating, failures, images
from labtools.clusters.kind.commands import Commands
from labtools.clusters.kind.record import CREATING, WHOLE, Record, Records
from labtools.clusters.kind.tools import Timing, Tools


class KindCluster(Cluster):
    """Kubernetes in Docker, from manifests/cluster.yaml. What it needs of the machine: docker, kind, kubectl."""

    name = "kind"
    in_docker = True
    programs = ("docker", "kind", "kubectl")
    memory = 1_500_000_000  # measured: 860 MiB, then JupyterLab and a kernel
    disk = 5_000_000_000
    cluster_file = "manifests/cluster.yaml"
    controllers = MappingProxyType(
        {controllers.TRAEFIK: "", controllers.INGRESS_NGINX: phrase("retired in March 2026, for old material")}
    )
    own_options = (
        UpOption("--load-balancer", phrase("run cloud-provider-kind beside the cluster")),
        UpOption("--retain", phrase("keep the nodes of a failed creation, to look at them")),
    )

    def __init__(self, timing: Timing | None = None) -> None:
        self.records = Records(paths.state() / "kind")
        self._timing = timing or Timing()
        self._config = paths.project() / "manifests" / "cluster.yaml"

    def tools(self, on_step: OnStep = lambda step: None) -> Tools:
        """What runs kind, docker and kubectl for this cluster, and logs what they print."""
        commands = Commands(self._cluster_name(), self.records.kubeconfig)
        return Tools(commands, self.records, self._config, self._timing, on_step)

    def _cluster_name(self) -> str:
        """As it was made, else INGRESS_LAB_KIND_NAME, else what the kind file says."""
        record = self.records.read()
        if record:
            return record.name
        import yaml

        return os.environ.get("INGRESS_LAB_KIND_NAME") or yaml.safe_load(self._config.read_text())["name"]

    # -- up --------------------------------------------------------------------------------------------------------

    def up(self, options: UpOptions, on_step: OnStep) -> Access:
        """Create or continue it. Ctrl-C removes a cluster that this call created; one that was there stays."""
        with self.records.working():
            tools = self.tools(on_step)
            on_step(phrase("look at Docker"))
            beforehand.require_programs()
            created = self._nodes_up(tools, options)
            try:
                self._complete(tools, options)
            except KeyboardInterrupt:
                if created:
                    creating.remove_interrupted(tools)
                    raise KeyboardInterrupt(creating.REMOVED) from None
                raise
        retired = (controllers.RETIRED,) if options.controller == controllers.INGRESS_NGINX else ()
        return replace(self.access(), notices=retired)

    def _nodes_up(self, tools: Tools, options: UpOptions) -> bool:
        """All nodes run; True if they were created just now."""
        nodes, record = tools.nodes(), self.records.read()
        if nodes and record is None:
            raise failures.failed(phrase("creating the cluster"), beforehand.taken(tools.commands.name), tools.facts)
        if nodes and record and record.state != CREATING:
            beforehand.require_same(record, options)
            stopped = [node for node, state in nodes.items() if state != "running"]
            if stopped:
                tools.on_step(phrase("start {nodes}", nodes=", ".join(stopped)))
                tools.run(phrase("starting the nodes"), tools.commands.start_nodes(*stopped))
            return False
        if nodes:
            tools.on_step(phrase("remove an interrupted creation"))
            tools.run(phrase("removing the cluster"), tools.commands.delete())
        self.records.forget()
        ports = paths.http_port(options.http_port), paths.https_port(options.https_port)
        beforehand.claim_ports(*ports)
        controllers.require_source(options.controller)
        record = Record(tools.commands.name, CREATING, *ports, controller="")
        creating.create(tools, record, retain=options.own.get("retain", False))
        return True

    def _complete(self, tools: Tools, options: UpOptions) -> None:
        """Everything that follows the nodes. Each step may be repeated, so an unfinished one is continued."""
        record = self.records.read()
        if record is None:
            raise LabError(
                phrase("{folder} was removed meanwhile; begin again: lab up --cluster kind", folder=self.records.folder)
            )
        creating.wait_nodes(tools)
        if record.state != WHOLE:
            images.into_nodes(tools)
            record = self._with_controller(
                tools, record, options.controller or record.controller or controllers.TRAEFIK
            )
        load_balancer = options.own.get("load_balancer", False) or record.load_balancer
        if load_balancer:
            controllers.start_load_balancer(tools)
        controllers.wait_entry(tools, record)
        self.records.change(record, state=WHOLE, load_balancer=load_balancer)

    def _with_controller(self, tools: Tools, record: Record, controller: str) -> Record:
        """The record keeps a controller once its manifests are applied: until then another one may be asked for."""
        controllers.apply(tools, controller)
        record = self.records.change(record, controller=controller)
        controllers.wait_rollout(tools, controller)
        return record

    # -- the rest --------------------------------------------------------------------------------------------------

    def status(self) -> Status:
        """By the lab's record and Docker's list of containers; does not ask the API, which may hang."""
        record = self.records.read()
        if record is None:
            message = phrase("There is no kind cluster of this folder. `lab up --cluster kind` makes one.")
            return Status("stopped", message)
        if record.state != WHOLE:
            how = phrase("begins anew") if record.state == CREATING else phrase("goes on with it")
            return Status(
                "dead", phrase("The kind cluster's creation was interrupted. `lab up --cluster kind` {how}.", how=how)
            )
        try:
            nodes = self.tools().nodes()
        except LabError as error:
            return Status("broken", error.message)
        stopped = [node for node, state in nodes.items() if state != "running"]
        if not nodes:
            return Status("stopped", phrase("The kind cluster was removed. `lab up --cluster kind` makes it anew."))
        if len(stopped) == len(nodes):
            return Status("stopped", phrase("The kind cluster is stopped. `lab up --cluster kind` continues it."))
        message = phrase("The kind cluster is running (nodes: {nodes}).", nodes=", ".join(nodes))
        hints = [phrase("stopped   {node}: lab node start {node} --cluster kind", node=node) for node in stopped]
        return Status("running", message, [*self.access().lines, *hints])

    def down(self, *, delete: bool = False) -> str:
        """Stops the containers, or removes them. Raises KindFailed with the cause in words."""
        record = self.records.read()
        if record is None:
            return phrase("There was no kind cluster of this folder.")
        with self.records.working():
            tools = self.tools()
            if record.load_balancer:
                tools.try_(tools.commands.stop_cloud_provider())
            if delete or record.state == CREATING:
                tools.run(phrase("removing the cluster"), tools.commands.delete())
                self.records.forget()
                return phrase("The kind cluster is removed, with every object.")
            running = [node for node, state in tools.nodes().items() if state == "running"]
            if not running:
                return phrase("The kind cluster was not running.")
            tools.run(phrase("stopping the nodes"), tools.commands.stop_nodes(*running))
        return phrase("The kind cluster is stopped; `lab up --cluster kind` continues it.")

    def access(self) -> Access:
        """Raises NoCluster while no cluster is whole."""
        record = self.records.read()
        if record is None or record.state != WHOLE:
            raise NoCluster(phrase("there is no kind cluster of this folder yet. Make it:\n  lab up --cluster kind"))
        entry = Entry("127.0.0.1", record.http_port, record.https_port)
        return Access("kind", self.records.kubeconfig, f"kind-{record.name}", entry)

    def nodes(self) -> dict[str, str]:
        """Asked of Docker; {} where there is no container."""
        return self.tools().nodes()

    def power(self) -> dict[str, str]:
        """{} for a cluster that this folder has not made."""
        return self.nodes() if self.records.read() else {}

    def stopped(self) -> list[str]:
        """None where Docker cannot be asked."""
        try:
            return [node for node, state in self.nodes().items() if state != "running"]
        except LabError:
            return []

    def stop_node(self, node: str) -> bool:
        """Docker ends it at once; Kubernetes notices after the grace period of manifests/cluster.yaml."""
        tools, running = self._with_node(node)
        if running:
            tools.run(phrase("stopping {node}", node=node), tools.commands.cut_power(node))
        return running

    def start_node(self, node: str) -> bool:
        """Starts the node's container. After the control plane's start the API answers some seconds later."""
        tools, running = self._with_node(node)
        if not running:
            tools.run(phrase("starting {node}", node=node), tools.commands.start_nodes(node))
            if node == next(iter(tools.nodes())):  # the control plane
                creating.wait_api(tools)
        return not running

    def _with_node(self, node: str) -> tuple[Tools, bool]:
        """The tools, and whether the node runs."""
        tools = self.tools()
        nodes = tools.nodes()
        if not nodes:
            raise NoCluster(phrase("there is no kind cluster of this folder. Make it:\n  lab up --cluster kind"))
        if node not in nodes:
            raise unknown(phrase("node"), node, nodes, place=phrase("the kind cluster"))
        return tools, nodes[node] == "running"
