"""A learner's controller as a process, against the stand-in; its proxy only notes the routes that it is given."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from labcore.machine import paths

from labtools.controller.stand_in import StandIn

KUBE = "manifests/write-a-controller/program/kube.py"
PROXY = """\
import json, os
def take(routes):
    with open("routes.new", "w") as file:
        json.dump(routes, file)
    os.replace("routes.new", "routes.json")
"""
Routes = list[list]
PATIENCE, LOOK = 5.0, 0.02


class Replica:
    """One process of the file, in a folder of its own; ended when the `with` ends."""

    def __init__(self, file: Path, api: StandIn, name: str = "mine-1", address: str = "10.0.0.1") -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="controller-")
        self.place = Path(self._folder.name)
        shutil.copyfile(file, self.place / "controller.py")
        shutil.copyfile(paths.project() / KUBE, self.place / "kube.py")
        (self.place / "proxy.py").write_text(PROXY, encoding="utf-8")
        own = {"KUBERNETES_API": api.url, "POD_NAME": name, "POD_NAMESPACE": "mine", "POD_IP": address, "no_proxy": "*"}
        environment = {k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "SYSTEMROOT")} | own
        self._log = (self.place / "log").open("w+b")
        self._process = subprocess.Popen(
            [sys.executable, "-B", "-E", "-s", "controller.py"], cwd=self.place, env=environment,
            stdin=subprocess.DEVNULL, stdout=self._log, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def __enter__(self) -> "Replica":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()
        self._log.close()
        self._folder.cleanup()

    def end(self) -> None:
        """As when a node fails: it says goodbye to nobody."""
        self._process.kill()
        self._process.wait()

    @property
    def routes(self) -> Routes:
        """The last ones that the proxy was given."""
        with suppress(OSError, ValueError):
            return json.loads((self.place / "routes.json").read_text("utf-8"))
        return []

    @property
    def ended(self) -> str:
        """The last line that the program printed, if it has ended; "" while it runs."""
        if self._process.poll() is None:
            return ""
        lines = (self.place / "log").read_text("utf-8", errors="replace").strip().splitlines()
        return lines[-1] if lines else f"exit code {self._process.returncode}"

    def until(self, fits: Callable[[Routes], bool], seconds: float = PATIENCE) -> bool:
        """Whether the routes come to fit within this time."""
        return until(lambda: fits(self.routes), seconds, self)


def until(holds: Callable[[], bool], seconds: float, replica: Replica | None = None) -> bool:
    """Counted in looks and not by the clock: on a machine that stands still, the controller stands still, too."""
    for _ in range(round(seconds / LOOK)):
        if holds():
            return True
        if replica and replica.ended:
            break
        time.sleep(LOOK)
    return holds()
