"""The whole registry: which image names can run here, and what runs for each.

`python:3.*` is the Python that runs the lab, `traefik:vX.Y*` the installed Traefik, `nginx:X.Y*` the installed nginx,
`envoyproxy/envoy:vX.Y*` the installed Envoy, `caddy:X.Y*` the installed Caddy (the extra `caddy`), and further names
come from `images.yaml` in the cluster's folder (`busybox: /usr/bin/busybox`, or a list: program and arguments).
"""

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path

from loopkube.node import python_image
from loopkube.node.image_names import Reference, parse
from loopkube.node.wheels import (
    caddy_program,
    caddy_version,
    envoy_program,
    envoy_version,
    nginx_program,
    nginx_version,
    traefik_program,
    traefik_version,
)

NAMES = "images.yaml"
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class PullError(Exception):
    """The image cannot run here; the message is what the kubelet reports, and names what can."""


@dataclass(frozen=True)
class Image:
    """A runnable image. `name` is the full reference, `what` says what really runs."""

    name: str
    id: str
    what: str
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    env: dict[str, str] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)
    """Folders of the real image: where they are on this machine."""
    takes_sockets: bool = False
    """Whether the program accepts its listening sockets by systemd socket activation."""
    maps_paths: bool = False
    """Whether the program finds mounted files by their paths inside the container (inside_python/)."""

    def argv(self, command: list[str], args: list[str]) -> list[str]:
        """The command line for a container's `command` and `args`, by the rules of ENTRYPOINT and CMD."""
        if command:
            return [*command, *args]
        argv = [*self.entrypoint, *(args or self.command)]
        if self.takes_sockets and argv and argv[0].startswith("-"):
            argv.insert(0, self.command[0])
        return argv


class Catalogue:
    """Finds what runs for an image name. `place` is the cluster's folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._names_file = folder / NAMES

    def find(self, name: str) -> Image:
        """Raises InvalidImageName or PullError."""
        reference = parse(name)
        for known in (self._named, self._python, self._traefik, self._nginx, self._envoy, self._caddy):
            image = known(reference, name)
            if image:
                return image
        raise PullError(
            f'failed to pull and unpack image "{reference.full}": there is no registry here; '
            f"this cluster can run {self._offer()}"
        )

    def _offer(self) -> str:
        version = traefik_version()
        offer = [f"python:3.* (as Python {python_image.VERSION})"]
        if version:
            offer.append(f"traefik:v{_minor(version)}* (as Traefik {version})")
        if nginx_version():
            offer.append(f"nginx:{_minor(nginx_version())}* (as nginx {nginx_version()})")
        if envoy_version():
            offer.append(f"envoyproxy/envoy:v{_minor(envoy_version())}* (as Envoy {envoy_version()})")
        if caddy_version():
            offer.append(f"caddy:{_minor(caddy_version())}* (as Caddy {caddy_version()})")
        offer += sorted(self._names())
        return ", ".join(offer) + f"; {self._names_file} can name more{self._read_names()[1]}"

    def _python(self, reference: Reference, _: str) -> Image | None:
        if reference.registry != "docker.io" or reference.path != "library/python":
            return None
        if not re.match(r"^(3(\.\w+)*|latest|slim|alpine)(-|$)", reference.tag):
            return None
        folder = python_image.build(self._folder / "images" / "python")
        return Image(
            name=reference.full,
            id=_id(f"Python {python_image.VERSION}"),
            what=f"Python {python_image.VERSION}",
            command=("python3",),
            env={
                "PATH": f"{folder / 'bin'}:{SYSTEM_PATH}",
                "LANG": "C.UTF-8",
                "PYTHON_VERSION": python_image.VERSION,
            },
            paths={"/usr/local/bin": str(folder / "bin")},
            maps_paths=True,
        )

    def _traefik(self, reference: Reference, _: str) -> Image | None:
        if reference.registry != "docker.io" or reference.path != "library/traefik":
            return None
        version, program = traefik_version(), traefik_program()
        if not version or not re.match(rf"^v?{re.escape(_minor(version))}(\.\d+)?(-|$)", reference.tag):
            return None
        return Image(
            name=reference.full,
            id=_id(f"Traefik {version}"),
            what=f"Traefik {version}",
            command=("traefik",),
            env={"PATH": f"{Path(program).parent}:{SYSTEM_PATH}"},
            paths={"/usr/local/bin": str(Path(program).parent)},
            takes_sockets=True,
        )

    def _nginx(self, reference: Reference, _: str) -> Image | None:
        """Its program only: there is no configuration in its folders, so a Pod names its own (`-c`)."""
        version, program = nginx_version(), nginx_program()
        if not version or reference.registry != "docker.io" or reference.path != "library/nginx":
            return None
        if not re.match(rf"^{re.escape(_minor(version))}(\.\d+)?(-|$)", reference.tag):
            return None
        return Image(
            name=reference.full,
            id=_id(f"nginx {version}"),
            what=f"nginx {version}",
            command=("nginx", "-g", "daemon off;"),
            env={"PATH": f"{Path(program).parent}:{SYSTEM_PATH}", "NGINX_VERSION": version},
            paths={"/usr/sbin/nginx": program},
        )

    def _envoy(self, reference: Reference, _: str) -> Image | None:
        """Its program only: a Pod names its configuration (`-c`)."""
        version, program = envoy_version(), envoy_program()
        if not version or reference.registry != "docker.io" or reference.path != "envoyproxy/envoy":
            return None
        if not re.match(rf"^v{re.escape(_minor(version))}(\.\d+)?(-|$)", reference.tag):
            return None
        return Image(
            name=reference.full,
            id=_id(f"Envoy {version}"),
            what=f"Envoy {version}",
            command=("envoy",),
            env={"PATH": f"{Path(program).parent}:{SYSTEM_PATH}"},
            paths={"/usr/local/bin/envoy": program},
        )

    def _caddy(self, reference: Reference, _: str) -> Image | None:
        """Its program only: a Pod names its configuration (`--config`)."""
        version, program = caddy_version(), caddy_program()
        if not program or reference.registry != "docker.io" or reference.path != "library/caddy":
            return None
        if not re.match(rf"^{re.escape(_minor(version))}(\.\d+)?(-|$)", reference.tag):
            return None
        return Image(
            name=reference.full,
            id=_id(f"Caddy {version}"),
            what=f"Caddy {version}",
            command=("caddy", "run"),
            env={"PATH": f"{Path(program).parent}:{SYSTEM_PATH}"},
            paths={"/usr/bin/caddy": program},
        )

    def _named(self, reference: Reference, name: str) -> Image | None:
        names = self._names()
        short = reference.path.removeprefix("library/")
        argv = names.get(name) or names.get(f"{short}:{reference.tag}") or names.get(short)
        if not argv:
            return None
        program = argv[0]
        return Image(
            name=reference.full,
            id=_id(program),
            what=program,
            command=tuple(argv),
            env={"PATH": f"{Path(program).parent}:{SYSTEM_PATH}"},
        )

    def _names(self) -> dict[str, list[str]]:
        return self._read_names()[0]

    def _read_names(self) -> tuple[dict[str, list[str]], str]:
        """What `images.yaml` adds, and what is wrong with it; read each time, so that a new name works at the next try.

        A damaged file keeps nothing from running but what it alone names.
        """
        if not self._names_file.exists():
            return {}, ""
        import yaml

        try:
            names = yaml.safe_load(self._names_file.read_text(encoding="utf-8")) or {}
        except (yaml.YAMLError, OSError, ValueError, RecursionError) as error:
            return {}, f"; {self._names_file} cannot be read: {error}"
        if not isinstance(names, dict):
            return {}, f"; {self._names_file} must map image names to programs"
        return {str(n): [str(w) for w in (v if isinstance(v, list) else [v])] for n, v in names.items() if v}, ""


def _id(what: str) -> str:
    """An image ID in the usual form: the same for what is the same."""
    return f"sha256:{hashlib.sha256(what.encode()).hexdigest()}"


def _minor(version: str) -> str:
    return ".".join(version.split(".")[:2])
