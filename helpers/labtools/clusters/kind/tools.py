"""What all steps share: the command lines, the runner with its log, the records, and the words on the way."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from labcore.clusters.base import OnStep
from labcore.language.messages import phrase
from labcore.machine import jupyter, paths
from labcore.machine.programs import Finished, MissingProgram, Patience, Runner, endless

from labtools.clusters.kind import failures
from labtools.clusters.kind.causes import ClusterFacts
from labtools.clusters.kind.commands import Command, Commands
from labtools.clusters.kind.record import Records

_STEP = re.compile(r"^ • (?P<step>.+?)\s*\.\.\.$")
_PICTURES = re.compile(r"[^\x00-\x7f]+")


@dataclass(frozen=True)
class Timing:
    """How long each step may take, in seconds."""

    kind_silence: float = 240  # a line of kind follows within this time; a kubelet that never starts takes 60
    nodes: int = 120
    controller: int = 180
    entry: float = 60
    settle: float = 4  # containers of an interrupted creation may still appear (recorded: "for seconds")
    again: float = 1  # between two tries


@dataclass
class Tools:
    """One cluster's tools."""

    commands: Commands
    records: Records
    config: Path
    timing: Timing = field(default_factory=Timing)
    on_step: OnStep = lambda step: None

    def __post_init__(self) -> None:
        # kind would also take podman or nerdctl; the lab looks at its nodes with docker
        self.runner = Runner(
            self.records.log, {"KIND_EXPERIMENTAL_PROVIDER": "docker", **jupyter.caches(paths.state())}
        )

    @property
    def facts(self) -> ClusterFacts:
        """What the sentences on a failure need of this cluster."""
        return ClusterFacts(self.commands.name, self.records.kubeconfig, self.records.log, self.config)

    def try_(
        self,
        command: Command,
        *,
        on_line: Callable[[str], None] | None = None,
        limit: float = 0,
        patience: Patience = endless,
    ) -> Finished:
        """Run a command, however it ends; a program that is not installed is an error."""
        try:
            return self.runner.run(command, on_line=on_line, limit=limit, patience=patience)
        except MissingProgram as error:
            raise failures.missing_program(error.name) from error

    def run(self, doing: str, command: Command, *, on_line: Callable[[str], None] | None = None) -> Finished:
        """Run a command that must go well."""
        finished = self.try_(command, on_line=on_line)
        if not finished.ok:
            raise failures.failed(doing, finished.printed, self.facts)
        return finished

    def nodes(self) -> dict[str, str]:
        """Node name to Docker's state (running, exited ...), the control plane first."""
        doing = phrase("asking Docker for the nodes")
        printed = self.run(doing, self.commands.list_nodes()).out
        try:
            containers = [json.loads(line) for line in printed.splitlines() if line.strip()]
        except ValueError as error:
            raise failures.failed(doing, printed, self.facts) from error
        containers.sort(key=lambda node: ("role=control-plane" not in node["Labels"], node["Names"]))
        return {node["Names"]: node["State"] for node in containers}

    def say_step(self, line: str) -> None:
        """kind's ` • Preparing nodes ...` as a step of the lab."""
        if step := _STEP.match(line):
            step_name = " ".join(_PICTURES.sub("", step["step"]).split())
            self.on_step(f"kind: {step_name[0].lower()}{step_name[1:]}")
