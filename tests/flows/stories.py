"""Plays a recorded story with kubectl and yields every moment that is not as a real cluster had it.

Recorded texts and objects are patterns: `<hash-1>`, `<pod-ip>`, `<age>`, ... stand for what varies from run to run.
"""

import json
import re
import subprocess
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

SECONDS = 60.0
PAUSE = 1.5  # as long as the recording waited after a condition, for what follows from it
HOLES = {
    "uid": r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d+",  # an object's, or a Linux user's
    "rv": r"\d+",
    "time": r"\d{4}-\d\d-\d\dT[\d:]{8}(?:\.\d+)?Z|\w{3}, \d\d \w{3} \d{4} [\d:]{8} [+-]\d{4}|\d\d/\w{3}/\d{4} [\d:]{8}",
    "age": r"(?:\d+[smhd]){1,2}",
    "hash": r"[0-9a-z]{6,10}",
    "suffix": r"[a-z0-9]{5}",
    "pod-ip": r"(?:127|10)\.244\.\d+\.\d+",
    "service-ip": r"(?:127\.(?:9[6-9]|10\d|11[01])|10\.96)\.\d+\.\d+",  # of whichever block the cluster has
    "node-ip": r"(?:127|172)\.18\.0\.\d+",
    "port": r"\d+",
    "sha256": r"[0-9a-f]{64}",
    "container-id": r"[a-z]+://[0-9a-f]{64}",
    "image-id": r"\S+",
}
_HOLE = re.compile(rf"<({'|'.join(HOLES)})(?:-\d+)?>")
# Differ between container runtimes, or from moment to moment; a slice's generation counts how often it was written.
# `gid` and `supplementalGroups` are those of the person whose processes the containers are.
LOOSE = {
    "image",
    "imageID",
    "gid",
    "supplementalGroups",
    "containerID",
    "startTime",
    "observedGeneration",
    "terminatingReplicas",
    "nodePort",
}
COMPARED = ("labels", "annotations")
HASHED = ("pod-template-hash", "controller-revision-hash")
"""Labels that hold a template's hash, which nobody may rely on (docs/fidelity.md)."""
LATE = {("Pod", "Warning", "Unhealthy", "kubelet")}
"""Depends on how fast a program starts."""


class Story:
    """One recorded story; `play` yields (moment, what differs)."""

    def __init__(self, path: Path, kubeconfig: Path) -> None:
        self._story = json.loads(path.read_text())
        self.name, self._namespace = self._story["story"], self._story["namespace"]
        self._kubeconfig = kubeconfig

    @property
    def moments(self) -> int:
        return sum(step["do"] != "wait" for step in self._story["steps"])

    def play(self) -> Iterator[tuple[str, str]]:
        self._kubectl(["wait", "--for=delete", f"namespace/{self._namespace}", f"--timeout={SECONDS:.0f}s"])
        self._kubectl(["create", "namespace", self._namespace])
        self._until(["serviceaccount", "default"], "{.metadata.name}", "default")
        try:
            does = {"apply": self._apply, "kubectl": self._run, "wait": self._wait, "get": self._get}
            for step in self._story["steps"]:
                yield from does[step["do"]](step)
        finally:
            self._kubectl(["delete", "namespace", self._namespace, "--wait=false"])

    def _kubectl(self, words: list[str], text: str | None = None) -> subprocess.CompletedProcess:
        command = ["kubectl", "--kubeconfig", str(self._kubeconfig), "-n", self._namespace, *words]
        return subprocess.run(command, input=text, capture_output=True, text=True, timeout=90)

    def _apply(self, step: dict) -> Iterator[tuple[str, str]]:
        done = self._kubectl(["apply", "-f", "-"], step["with"])
        yield from self._printed("apply", step, done.returncode, done.stdout + done.stderr)

    def _run(self, step: dict) -> Iterator[tuple[str, str]]:
        words = [self._with_pod(word) for word in step["with"]]
        done = self._kubectl(words)
        printed, recorded = done.stdout, step["prints"]
        if words[0] == "explain":  # descriptions are left out of the recording
            printed = printed.partition("DESCRIPTION:")[0]
        if words[:2] == ["rollout", "status"]:  # how often it says that it waits varies
            printed, recorded = printed.splitlines()[-1], recorded.splitlines()[-1]
        yield from self._printed(
            f"kubectl {' '.join(step['with'])}", step | {"prints": recorded}, done.returncode, printed
        )

    def _printed(self, moment: str, step: dict, code: int, printed: str) -> Iterator[tuple[str, str]]:
        if code != step["rc"]:
            yield moment, f"exit code {code}, recorded {step['rc']}"
        elif not fits(step["prints"], printed):
            yield moment, f"printed  {_folded(printed)}\nrecorded {_folded(step['prints'])}"

    def _with_pod(self, word: str) -> str:
        def name(found: re.Match[str]) -> str:
            return self._kubectl(["get", "pods", "-l", found[1], "-o", "jsonpath={.items[0].metadata.name}"]).stdout

        return re.sub(r"\{pod:([^}]+)\}", name, word)

    def _wait(self, step: dict) -> Iterator[tuple[str, str]]:
        last = self._until(step["with"], step["path"], step["is"])
        if last is not None:
            yield f"wait {step['with']}", f"{step['path']} is {last}, not {step['is']}"
        time.sleep(PAUSE)

    def _until(self, words: list[str], path: str, wanted: str) -> str | None:
        """Waits for a value; the last one seen if it never came."""
        deadline, found = time.monotonic() + SECONDS, ""
        while time.monotonic() < deadline:
            found = self._kubectl(["get", *words, "-o", f"jsonpath={path}"]).stdout.strip()
            if re.fullmatch(wanted, found):
                return None
            time.sleep(0.3)
        return found

    def _get(self, step: dict) -> Iterator[tuple[str, str]]:
        moment = f"get {' '.join(step['with'])}"
        done = self._kubectl(["get", *step["with"], "-o", "json"])
        found = json.loads(done.stdout) if done.stdout else {}
        if "events" in step:
            wanted = {(e["kind"], e["type"], e["reason"], e["from"]) for e in step["events"]} - LATE
            here = {_event(e) for e in found.get("items", [])} - LATE
            if wanted != here:
                yield moment, f"only here {sorted(here - wanted)}, only recorded {sorted(wanted - here)}"
            return
        for line in unlike(step["object"], found):
            yield moment, line


def _event(event: dict) -> tuple[str, str, str, str]:
    source = (event.get("source") or {}).get("component") or event.get("reportingComponent", "")
    return event["involvedObject"]["kind"], event["type"], event["reason"], source


def _folded(text: str) -> str:
    return re.sub(r"-{3,}", "---", " ".join(text.split()))


@cache
def _pattern(text: str) -> re.Pattern[str]:
    parts = _HOLE.split(text)
    return re.compile("".join(f"(?:{HOLES[p]})" if i % 2 else re.escape(p) for i, p in enumerate(parts)), re.DOTALL)


def fits(recorded: str, found: str) -> bool:
    return _pattern(_folded(recorded)).fullmatch(_folded(found)) is not None


def unlike(recorded: dict, found: dict) -> Iterator[str]:
    """Where an object, or a list of objects in any order, is not as recorded."""
    if "items" not in recorded:
        yield from _differences(_compared(recorded), _compared(found), "")
        return
    rest = [_compared(item) for item in found.get("items", [])]
    for item in map(_compared, recorded["items"]):
        closest = min(rest, key=lambda other: len(list(_differences(item, other, ""))), default=None)
        if closest is None:
            yield "an object is missing"
            continue
        rest.remove(closest)
        yield from _differences(item, closest, "")
    if rest:
        yield f"{len(rest)} more objects than recorded"


def _compared(obj: dict) -> dict:
    metadata = obj.get("metadata", {})
    kept = {key: metadata.get(key) for key in COMPARED}
    if obj.get("kind") != "EndpointSlice":
        kept["generation"] = metadata.get("generation")
    return _tidy(kept | {k: v for k, v in obj.items() if k not in ("metadata", "apiVersion", "kind")})


def _tidy(value):
    if isinstance(value, dict):
        value = value | {k: "(a hash)" for k in HASHED if isinstance(value.get(k), str)}
        tidy = {
            k: _tidy(v) for k, v in value.items() if k not in LOOSE and not k.endswith("last-applied-configuration")
        }
        return {k: v for k, v in tidy.items() if v not in (None, "", [], {})}
    return [_tidy(item) for item in value] if isinstance(value, list) else value


def _differences(wanted: object, found: object, at: str) -> Iterator[str]:
    if isinstance(wanted, dict) and isinstance(found, dict):
        for key in sorted(wanted.keys() | found.keys()):
            if key not in wanted or key not in found:
                yield f"{at}.{key} is only {'here' if key in found else 'recorded'}"
            else:
                yield from _differences(wanted[key], found[key], f"{at}.{key}")
    elif isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        for index, pair in enumerate(zip(wanted, found, strict=True)):
            yield from _differences(*pair, f"{at}[{index}]")
    elif isinstance(wanted, str) and isinstance(found, str):
        if not fits(wanted, found):
            yield f"{at}: {found!r}, recorded {wanted!r}"
    elif wanted != found and not (isinstance(wanted, str) and _pattern(wanted).fullmatch(str(found))):
        yield f"{at}: {found!r}, recorded {wanted!r}"
