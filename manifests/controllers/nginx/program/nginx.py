"""The nginx of this Pod's other container: its files, its reload, and what it says about it."""

import logging
import os
import re
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from render import Rendered

log = logging.getLogger("nginx")
FOLDER = Path()
"""The folder that both containers share; it is the working directory of both."""
CONFIGURATION, LAST_GOOD, PID, SAID, VERSION = (
    "nginx.conf",
    "nginx.conf.good",
    "nginx.pid",
    "reload.log",
    "version.txt",
)
DEFAULT_CERTIFICATE = "certificates/default.pem"
RELOAD_SECONDS = 60.0
_PLACE = re.compile(r" in \S*nginx\.conf:(\d+)")


@dataclass(frozen=True)
class Outcome:
    """`error` is nginx's own word where it keeps its old configuration; `line` is where it stopped, or 0."""

    error: str = ""
    line: int = 0


def write(rendered: Rendered) -> None:
    """A file is replaced at once: nginx may start at any moment, and reads a whole one."""
    for name, content in rendered.files.items():
        _replace(name, content)
    _replace(CONFIGURATION, rendered.text.encode())


def keep_as_good() -> None:
    _replace(LAST_GOOD, (FOLDER / CONFIGURATION).read_bytes())


def back_to_good() -> None:
    """A restart of the container must not meet the configuration that nginx refused."""
    _replace(CONFIGURATION, (FOLDER / LAST_GOOD).read_bytes())


def reload() -> Outcome:
    """`nginx -s reload`, by its signal. nginx tests the new file first, as `nginx -t` does; where the test fails it
    goes on with the old one. Its log tells which it was."""
    said = FOLDER / SAID
    said.write_bytes(b"")
    os.kill(int((FOLDER / PID).read_text()), signal.SIGHUP)
    deadline = time.monotonic() + RELOAD_SECONDS
    while time.monotonic() < deadline:
        for text in said.read_text(errors="replace").splitlines():
            if "[emerg]" in text:
                place = _PLACE.search(text)
                return Outcome(text.partition("#")[2].partition(": ")[2], int(place[1]) if place else 0)
            if "start worker processes" in text:
                return Outcome()
        time.sleep(0.005)  # nginx has no other way to tell
    return Outcome(f"nginx said nothing for {RELOAD_SECONDS:.0f} s")


def running() -> bool:
    try:
        os.kill(int((FOLDER / PID).read_text()), 0)
    except (OSError, ValueError):
        return False
    return True


def modules() -> frozenset[str]:
    """The extra modules of this nginx that make a difference here (its container writes `nginx -V` down)."""
    try:
        text = (FOLDER / VERSION).read_text()
    except OSError:
        return frozenset()
    names = {"headers-more": "headers-more-nginx-module", "njs": "njs"}
    return frozenset(name for name, module in names.items() if f"add-module={module}" in text)


def make_default_certificate() -> str:
    """The file, or "" where there is no openssl: names without a certificate then end the handshake."""
    file = FOLDER / DEFAULT_CERTIFICATE
    if file.exists():
        return DEFAULT_CERTIFICATE
    file.parent.mkdir(exist_ok=True)
    name = "/O=Acme Co/CN=Kubernetes Ingress Controller Fake Certificate"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-days", "365", "-subj", name, "-addext", "subjectAltName=DNS:ingress.local"]
    try:
        made = subprocess.run([*command, "-keyout", "-", "-out", "-"], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        log.warning("no default certificate: %s", error)
        return ""
    _replace(DEFAULT_CERTIFICATE, made.stdout)
    return DEFAULT_CERTIFICATE


def _replace(name: str, content: bytes) -> None:
    file = FOLDER / name
    file.parent.mkdir(parents=True, exist_ok=True)
    if file.exists() and file.read_bytes() == content:
        return
    beside = file.with_name(file.name + ".new")
    beside.touch(mode=0o600)
    beside.write_bytes(content)
    if name.startswith("passwords/"):  # the workers read it, at each request
        beside.chmod(0o644)
    os.replace(beside, file)  # noqa: PTH105 - in the working directory, as all of them are
