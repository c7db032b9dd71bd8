"""What a node knows of a Pod and of its containers: written by those who run them, read where the status is made."""

from dataclasses import dataclass, field

ALWAYS, NEVER = "Always", "Never"


@dataclass
class Record:
    """What is known of one container; `state` and `last` are as in ContainerStatus."""

    spec: dict
    state: dict = field(default_factory=dict)
    last: dict = field(default_factory=dict)
    restarts: int = 0
    ready: bool = False
    started: bool = False
    id: str = ""
    image: str = ""
    image_id: str = ""

    @property
    def name(self) -> str:
        return self.spec["name"]

    @property
    def is_sidecar(self) -> bool:
        """An init container that goes on running beside the others (restartPolicy Always)."""
        return self.spec.get("restartPolicy") == ALWAYS

    @property
    def exit_code(self) -> int | None:
        """Of a container that has ended."""
        terminated = self.state.get("terminated")
        return terminated["exitCode"] if terminated else None


@dataclass
class PodFacts:
    """What the status is computed from."""

    pod: dict
    containers: list[Record]
    init: list[Record]
    host_ip: str
    pod_ip: str
    start_time: str
    over: bool = False
    """No container will run any more."""
    ephemeral: list[Record] = field(default_factory=list)
    failure: tuple[str, str] = ("", "")
    """(reason, message) of a Pod that the node ended, e.g. DeadlineExceeded."""
