"""The entry's two ports: those asked for, else those that this folder had, else the usual ones or a free pair."""

import getpass
import json
import os
from dataclasses import dataclass, replace
from pathlib import Path

from labcore.errors import BadArgument, LabError
from labcore.language.messages import joined, phrase
from labcore.machine import paths
from loopkube import cluster
from loopkube.cluster import PortTaken, private

from labtools.clusters.shared import docker_ports

_KEPT = "ports.json"
_STEP, _PAIRS = 1000, 50
_OPTIONS = ("--http-port", "--https-port")
_VARIABLES = ("INGRESS_LAB_HTTP_PORT", "INGRESS_LAB_HTTPS_PORT")
_USUAL = (paths.HTTP_PORT, paths.HTTPS_PORT)


@dataclass(frozen=True)
class Ports:
    """For HTTP and HTTPS; `asked` says for each whether the person named it, who then gets this one or none."""

    http: int
    https: int
    asked: tuple[bool, bool]

    @property
    def both(self) -> tuple[int, int]:
        return self.http, self.https

    def asked_any(self, held: list[PortTaken]) -> bool:
        """Whether the person named one of these."""
        taken = {holder.port for holder in held}
        return any(asked and port in taken for port, asked in zip(self.both, self.asked, strict=True))


def wished(http: int | None = None, https: int | None = None) -> Ports:
    """By option, by environment variable, as this folder had them before, or the usual ones. Raises BadArgument."""
    asked = tuple(
        given is not None or bool(os.environ.get(name)) for given, name in zip((http, https), _VARIABLES, strict=True)
    )
    numbers = [
        paths.wished_port(name, before, given)
        for name, before, given in zip(_VARIABLES, remembered(), (http, https), strict=True)
    ]
    if numbers[0] == numbers[1]:
        raise BadArgument(phrase("HTTP and HTTPS need a port each; both were to be {port}", port=numbers[0]))
    return Ports(numbers[0], numbers[1], (asked[0], asked[1]))


def remembered() -> tuple[int, int]:
    """The ports of the last cluster, so that its URLs stay; the defaults where none are kept."""
    try:
        kept = json.loads(_file().read_text(encoding="utf-8"))
        http, https = int(kept["http"]), int(kept["https"])
    except (OSError, ValueError, KeyError, TypeError):
        return _USUAL
    return (http, https) if 0 < http < 65536 and 0 < https < 65536 and http != https else _USUAL


def remember(http: int, https: int) -> None:
    """For the next start of this folder's cluster. A folder that cannot be written has said so before."""
    if remembered() != (http, https):
        private.write(_file(), json.dumps({"http": http, "https": https}))


def _file() -> Path:
    return paths.state() / _KEPT


def others(ports: Ports) -> Ports:
    """The first free pair, for those that were not asked for."""
    for number in range(1, _PAIRS):
        pair = [
            port if asked else usual + number * _STEP
            for port, asked, usual in zip(ports.both, ports.asked, _USUAL, strict=True)
        ]
        if pair[0] != pair[1] and all(asked or _free(port) for port, asked in zip(pair, ports.asked, strict=True)):
            return replace(ports, http=pair[0], https=pair[1])
    raise LabError(phrase("no free pair of ports was found from 9080 and 9443 on; name one: --http-port, --https-port"))


def _free(port: int) -> bool:
    try:
        cluster.claim_ports(port)
    except (cluster.PortTaken, cluster.PortForbidden):
        return False
    return True


def holders(ports: Ports, refused: PortTaken) -> list[PortTaken]:
    """Of both ports, those that are taken."""
    return [
        refused if port == refused.port else cluster.taken(port)
        for port in ports.both
        if port == refused.port or not _free(port)
    ]


def who(holder: PortTaken) -> str:
    """The lab of a folder, or a program, or at least its user."""
    if holder.folder:
        folder = holder.folder.removesuffix("/.lab")
        if holder.user in ("", _me()):
            return phrase("your lab in {folder}", folder=folder)
        return phrase("the lab of {user} in {folder}", user=holder.user, folder=folder)
    container = docker_ports.publishing(holder.port, holder.process)
    if container:
        return phrase("the container {container} (docker stop {container})", container=container)
    if holder.process and holder.user in ("", _me()):
        return (
            phrase("{program} (process {pid})", program=holder.process, pid=holder.pid)
            if holder.pid
            else holder.process
        )
    if holder.process:
        return phrase("{program} of {user} (process {pid})", program=holder.process, user=holder.user, pid=holder.pid)
    if holder.user:
        return phrase("a program of {user}", user=holder.user)
    return phrase("a program of another user")


def _me() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


def said(held: list[PortTaken]) -> str:
    """`port 8080 is taken by X, port 8443 by Y`, or both at once."""
    names = [who(holder) for holder in held]
    if len(held) == 2 and names[0] == names[1]:
        return phrase(
            "ports {http} and {https} of 127.0.0.1 are taken by {who}",
            http=held[0].port, https=held[1].port, who=names[0],
        )  # fmt: skip
    return joined(
        ", ",
        [
            phrase("port {port} of 127.0.0.1 is taken by {who}", port=holder.port, who=name)
            for holder, name in zip(held, names, strict=True)
        ],
    )


def moved(held: list[PortTaken], ports: Ports) -> str:
    """What a person should know who did not name the ports."""
    return phrase(
        "{taken}; so this lab's entry is http://127.0.0.1:{http} and https://127.0.0.1:{https}, now and from now on.",
        taken=said(held),
        http=ports.http,
        https=ports.https,
    )


def refusal(held: list[PortTaken], ports: Ports, command: str = "lab up") -> LabError:
    """Somebody else has a port that was asked for: who, and the command that does without it."""
    taken = {holder.port for holder in held}
    free = others(replace(ports, asked=(ports.http not in taken, ports.https not in taken)))
    changed = [
        (option, variable, port)
        for option, variable, port, before in zip(_OPTIONS, _VARIABLES, free.both, ports.both, strict=True)
        if port != before
    ]
    return LabError(
        phrase(
            "{taken}. End what has it, or use another port:\n"
            "  {command}{options}\n"
            "(or set {variables}; the notebooks follow)",
            taken=said(held),
            command=command,
            options="".join(f" {option} {port}" for option, _, port in changed),
            variables=" ".join(f"{variable}={port}" for _, variable, port in changed),
        )
    )


def forbidden(port: int, ports: Ports, command: str = "lab up") -> LabError:
    """A port below 1024 that this user may not have."""
    option = _OPTIONS[ports.both.index(port)]
    return LabError(
        phrase(
            "port {port} of 127.0.0.1 is for root only on this machine. Use one from 1024 on:\n"
            "  {command} {option} {other}",
            port=port, command=command, option=option, other=_USUAL[ports.both.index(port)],
        )
    )  # fmt: skip
