"""What the lab remembers of its kind cluster, in `.lab/kind`: its ports, its controller, and whether it is whole."""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from labcore.errors import LabError
from labcore.language.messages import phrase
from loopkube.cluster import private

CREATING, MADE, WHOLE = "creating", "made", "whole"


@dataclass(frozen=True)
class Record:
    """A cluster made from this folder: its nodes are being created, are made, or the whole is ready to use.

    One that is still `creating` while nobody works on it was interrupted, and is made anew.
    """

    name: str
    state: str
    http_port: int
    https_port: int
    controller: str = "traefik"
    """"" until the manifests of one are applied: then it may still be chosen."""
    load_balancer: bool = False


class Records:
    """The folder `.lab/kind`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kubeconfig = folder / "kubeconfig"
        self.log = folder / "kind.log"
        self._file = folder / "cluster.json"

    def read(self) -> Record | None:
        """What this folder's kind cluster was made with; None before one was made, or for a file of an older form."""
        try:
            return Record(**json.loads(self._file.read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def write(self, record: Record) -> None:
        """In one step, so that a command that is killed leaves the old one or the new one."""
        private.write(self._file, json.dumps(asdict(record)))

    def change(self, record: Record, **changed: object) -> Record:
        """Written at once: what was done so far must be known to the next command when this one is ended."""
        changed_record = replace(record, **changed)  # type: ignore[arg-type]
        self.write(changed_record)
        return changed_record

    def forget(self) -> None:
        """The cluster is gone; its log stays for who wants to know why."""
        for path in (self._file, self.kubeconfig, self.kubeconfig_lock, self.folder / "cluster.yaml"):
            path.unlink(missing_ok=True)

    @property
    def kubeconfig_lock(self) -> Path:
        """kind's own lock. One that a killed kind left makes the next one fail."""
        return self.kubeconfig.with_name(f"{self.kubeconfig.name}.lock")

    @contextmanager
    def working(self) -> Iterator[None]:
        """Nobody else creates, stops or removes the cluster meanwhile."""
        private.folder(self.folder)
        with (self.folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise LabError(
                    phrase(
                        "another `lab` is at work on the kind cluster; when it is done, try again (its log: {log})",
                        log=self.log,
                    )
                ) from error
            self.kubeconfig_lock.unlink(missing_ok=True)
            yield
