"""The names of images: registry, repository, tag and digest."""

import re
from dataclasses import dataclass

_REFERENCE = re.compile(
    r"^(?:(?P<registry>localhost(?::\d+)?|[\w-]+(?:\.[\w-]+)+(?::\d+)?|[\w-]+:\d+)/)?"
    r"(?P<path>[a-z0-9]+(?:[._/-]+[a-z0-9]+)*)(?::(?P<tag>\w[\w.-]{0,127}))?(?:@(?P<digest>\w+:[0-9a-f]+))?$"
)


class InvalidImageName(Exception):
    """The name is not one that an image can have."""


@dataclass(frozen=True)
class Reference:
    """An image's name in its parts, with the defaults of docker.io and `latest` filled in."""

    registry: str
    path: str
    tag: str

    @property
    def full(self) -> str:
        """The name as containerd writes it in its errors."""
        return f"{self.registry}/{self.path}:{self.tag}"


def parse(name: str) -> Reference:
    """The parts of an image name, completed as Docker does (docker.io, library/, latest)."""
    match = _REFERENCE.match(name)
    if not match:
        raise InvalidImageName(
            f'Failed to apply default image tag "{name}": couldn\'t parse image name "{name}": invalid reference format'
        )
    registry = match["registry"] or "docker.io"
    path = match["path"]
    if registry in ("docker.io", "index.docker.io"):
        registry, path = "docker.io", path if "/" in path else f"library/{path}"
    return Reference(registry, path, match["tag"] or "latest")
