"""A scene for the stand-ins of kind, docker and kubectl: what they answer, and how they were called."""

import importlib.util
import json
import os
import shutil
from pathlib import Path

import pytest
from labcore.clusters.base import Access, UpOptions
from labcore.machine.programs import Finished, MissingProgram, Runner, endless
from labtools.clusters.kind import KindCluster, KindFailed, pins
from labtools.clusters.kind.tools import Timing

STAND_INS = Path(__file__).parent / "stand_ins"
_loaded = importlib.util.spec_from_file_location("stand_in_replay", STAND_INS / "replay.py")
assert _loaded and _loaded.loader
replay = importlib.util.module_from_spec(_loaded)
_loaded.loader.exec_module(replay)

QUICK = Timing(kind_silence=20, nodes=2, controller=2, entry=1, settle=0, again=0.01)


class Inside(Runner):
    """Runs the stand-ins in this process: the same answers, without the start of a Python for each.

    What hangs is a real process all the same. Tests that want real processes ask for the fixture `real_programs`.
    """

    def run(self, command, *, on_line=None, limit=0, patience=endless) -> Finished:
        program, *arguments = command
        if shutil.which(program) is None:
            raise MissingProgram(program)
        rules = json.loads((Path(os.environ["STAND_IN_SCENE"]) / "rules.json").read_text())
        if any(r.get("hang") and r["program"] == program and replay.in_order(r["words"], arguments) for r in rules):
            return super().run(command, on_line=on_line, limit=limit, patience=patience)
        out, err, code = replay.played(replay.called(os.environ["STAND_IN_SCENE"], program, arguments), arguments)
        self.note(f"$ {' '.join(command)}")
        for line in filter(str.strip, [*out.splitlines(), *err.splitlines()]):
            self.note(f"   {line}")
            if on_line:
                on_line(line)
        self.note(f"-> {code}")
        return Finished(tuple(command), code, out, err)


class Scene:
    """Rules are asked in the order in which they are given; `ahead` puts one before all others."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder = folder
        folder.mkdir()
        (folder / "rules.json").write_text("[]")
        monkeypatch.setenv("STAND_IN_SCENE", str(folder))
        monkeypatch.setenv("PATH", f"{STAND_INS}{os.pathsep}{os.environ['PATH']}")

    def answer(self, program: str, *words: str, ahead: bool = False, **how: object) -> None:
        """How a program answers when it is called with these words, in this order, among others."""
        rule = {"program": program, "words": words, "times": -1, **how}
        self.rules = [rule, *self.rules] if ahead else [*self.rules, rule]

    @property
    def rules(self) -> list[dict]:
        return json.loads((self._folder / "rules.json").read_text())

    @rules.setter
    def rules(self, rules: list[dict]) -> None:
        (self._folder / "rules.json").write_text(json.dumps(rules))

    @property
    def calls(self) -> list[list[str]]:
        path = self._folder / "calls.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def lines(self, *places: Path) -> list[str]:
        """The calls as lines, with folders shortened to their names."""
        lines = [" ".join(call) for call in self.calls]
        for place in places:
            lines = [line.replace(f"{place}/", "") for line in lines]
        return lines

    def of(self, program: str, *words: str) -> list[list[str]]:
        return [call for call in self.calls if call[0] == program and set(words) <= set(call)]


def transcript(name: str) -> dict:
    return json.loads((STAND_INS.parents[1] / "recordings" / "kind" / f"{name}.json").read_text())


def goes_well(scene: Scene) -> None:
    """A machine on which everything works: three nodes, images at hand."""
    scene.answer("docker", "ps", "--all", times=1)
    scene.answer("docker", "ps", "--all", replay="docker-ps-nodes-json")
    scene.answer("docker", "image", "inspect", "kindest/node:v1.36.2", rc=1)
    scene.answer("docker", "image", "inspect", "kindest/node:v1.36.4", rc=1)
    for image in pins.CARRIED:
        scene.answer("docker", "image", "inspect", image, rc=1)
    scene.answer("docker", "image", "inspect")
    scene.answer("kind", "create", "cluster", replay="create-ok-3-nodes", writes=["--kubeconfig"])
    scene.answer("kind", "delete", "cluster", replay="delete-3-nodes")
    scene.answer("kubectl", "wait", out="node/lab-control-plane condition met\nnode/lab-worker condition met\n")
    scene.answer("kind", "load", "docker-image", "python:3.13-alpine", replay="load-docker-image-other-tag-archive")
    scene.answer("kind", "load", "docker-image", "traefik:v3.7", replay="load-docker-image-ok")
    scene.answer("kubectl", "apply", out="namespace/traefik created\n")
    scene.answer("kubectl", "patch", out="deployment.apps/ingress-nginx-controller patched\n")
    scene.answer("kubectl", "rollout", out='daemon set "traefik" successfully rolled out\n')
    scene.answer("docker", "stop", replay="worker-stop")
    scene.answer("docker", "start", replay="worker-start")
    scene.answer("docker", "rm", rc=1)
    scene.answer("docker", "run", out="0f3a\n")


def up(**options: object) -> tuple[Access, list[str]]:
    """`lab up --cluster kind`; returns the way in and the steps that were shown."""
    steps: list[str] = []
    return KindCluster(QUICK).up(UpOptions(**options), steps.append), steps


def cause(**options: object) -> str:
    """The cause that a failing `lab up --cluster kind` names."""
    with pytest.raises(KindFailed) as failed:
        up(**options)
    return failed.value.cause
