"""kubectl, Docker and kind: needed for a kind cluster, welcome elsewhere."""

import json
import re

from labcore import clusters
from labcore.language.messages import phrase

from labtools.clusters.kind import pins
from labtools.clusters.shared.install_hints import install, start_docker
from labtools.doctor.facts import Machine
from labtools.doctor.finding import Finding, judged, note, ok
from labtools.doctor.reader import Unreadable

_SKEW = 1  # minor versions that kubectl may be older or newer than the API server (Kubernetes' skew policy)


def kubectl(machine: Machine) -> list[Finding]:
    """Whether it is there, and within one minor version of the cluster."""
    needed = "kubectl" in machine.chosen.programs
    if not machine.which("kubectl"):
        return [
            judged(
                needed,
                "kubectl",
                phrase("not installed"),
                phrase(
                    "`lab up{option}` installs the controller with it; the notebooks do without",
                    option=machine.option if needed else clusters.option("kind"),
                ),
                install("kubectl"),
            )
        ]
    told = machine.run("kubectl", "version", "--client", "-o", "json")
    client = _minor(told.out)
    if client is None:
        return [note("kubectl", phrase("installed, but does not tell its version"), "", "kubectl version --client")]
    server, whose = _server(machine)
    if abs(client[1] - server[1]) > _SKEW:
        return [
            note(
                "kubectl",
                phrase("{here}, and {whose} is {there}", here=_text(client), whose=whose, there=_text(server)),
                phrase("kubectl is made for one minor version up or down; beyond that fields and commands go missing"),
                install("kubectl"),
            )
        ]
    return [ok("kubectl", phrase("{here} ({whose}: {there})", here=_text(client), whose=whose, there=_text(server)))]


def _minor(text: str) -> tuple[int, int] | None:
    try:
        said = json.loads(text)["clientVersion"]
        return int(re.sub(r"\D", "", said["major"])), int(re.match(r"\d+", said["minor"])[0])  # type: ignore[index]
    except (ValueError, KeyError, TypeError):
        return None


def _server(machine: Machine) -> tuple[tuple[int, int], str]:
    """The running cluster's version, else the one that the lab would start."""
    try:
        said = machine.api.get("/version") if machine.api else None
    except Unreadable:
        said = None
    if not said:
        return pins.KUBERNETES, phrase("the lab's cluster")
    return (int(said["major"]), int(re.match(r"\d+", said["minor"])[0])), phrase("the cluster")  # type: ignore[index]


def _text(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"


def docker(machine: Machine) -> list[Finding]:
    """Whether Docker is installed, answers, and lets this person ask; each has another fix."""
    needed = "docker" in machine.chosen.programs
    whose = machine.cluster if needed else "kind"
    why = phrase("{cluster} runs its nodes as Docker containers", cluster=whose) + (
        "" if needed else phrase("; the local cluster needs none")
    )
    if not machine.which("docker"):
        return [judged(needed, "Docker", phrase("not installed"), why, install("docker"))]
    told = machine.run("docker", "version", "--format", "{{.Server.Version}}")
    if "permission denied" in told.printed:
        return [
            judged(
                needed,
                "Docker",
                phrase("this account may not use it"),
                why,
                phrase("sudo usermod -aG docker $USER   (then log out and in)"),
            )
        ]
    if told.code or told.late:
        state = phrase("does not answer") if told.late else phrase("not running")
        return [judged(needed, "Docker", phrase("installed, {found}", found=state), why, start_docker())]
    return [ok("Docker", told.out.strip())]


def kind(machine: Machine) -> list[Finding]:
    """Its version against the oldest that knows the pinned node image."""
    needed = "kind" in machine.chosen.programs
    why = phrase("it makes Kubernetes clusters in Docker") + (
        "" if needed else phrase("; the local cluster needs none")
    )
    if not machine.which("kind"):
        return [judged(needed, "kind", phrase("not installed"), why, install("kind"))]
    told = machine.run("kind", "version")
    version = re.search(r"v(\d+)\.(\d+)", told.out)
    if not version:
        return [note("kind", phrase("installed, but does not tell its version"), why, "kind version")]
    installed = int(version[1]), int(version[2])
    if installed < pins.OLDEST_KIND:
        return [
            judged(
                needed,
                "kind",
                _text(installed),
                phrase(
                    "nodes of Kubernetes {version} need {oldest} or newer (tested: {kind})",
                    version=_text(pins.KUBERNETES),
                    oldest=_text(pins.OLDEST_KIND),
                    kind=pins.KIND,
                ),
                install("kind"),
            )
        ]
    return [ok("kind", _text(installed))]


def others(machine: Machine) -> list[Finding]:
    """What else the chosen cluster needs."""
    known = {"kubectl", "docker", "kind"}  # have checks of their own
    return [_other(machine, program) for program in machine.chosen.programs if program not in known]


def _other(machine: Machine, program: str) -> Finding:
    if machine.which(program):
        return ok(program, phrase("installed"))
    why = phrase("`lab up{option}` makes the cluster with it", option=machine.option)
    return judged(True, program, phrase("not installed"), why, machine.chosen.install(program))
