"""The images: into the nodes, and into and out of a folder for rooms with a bad network."""

import platform
import tempfile
from pathlib import Path

from labcore.errors import LabError
from labcore.language.messages import phrase
from labcore.machine.programs import Finished

from labtools.clusters.kind import failures, pins
from labtools.clusters.kind.commands import load, look_at_image, pull, save, tag
from labtools.clusters.kind.tools import Tools

_ALL = (pins.NODE_IMAGE, *pins.IMAGES, *pins.CARRIED)
_PLATFORMS = {"x86_64": "linux/amd64", "amd64": "linux/amd64", "aarch64": "linux/arm64", "arm64": "linux/arm64"}


def into_nodes(tools: Tools) -> None:
    """Give every node the applications' image and the controller's, so that no node pulls them itself.

    Those of further controllers, too, where Docker has them: `lab images load` brought them, and there is no network.
    """
    for image in pins.IMAGES:
        tools.on_step(phrase("image {image}", image=image))
        if not tools.try_(look_at_image(image)).ok:
            _pull(tools, image)
        _load(tools, image)
    for image in pins.CARRIED:
        if tools.try_(look_at_image(image)).ok:
            tools.on_step(phrase("image {image}", image=image))
            _load(tools, image)


def _load(tools: Tools, image: str) -> None:
    done = tools.try_(tools.commands.load_image(image))
    if not done.ok:
        _load_otherwise(tools, image, done)


def _pull(tools: Tools, image: str) -> None:
    done = tools.try_(pull(image))
    if not done.ok:
        raise failures.failed(phrase("pulling an image"), f"docker pull {image}\n{done.printed}", tools.facts)


def _load_otherwise(tools: Tools, image: str, done: Finished) -> None:
    """With Docker's containerd image store `load docker-image` fails; an archive of one platform does not."""
    if "content digest" not in done.printed:
        raise failures.failed(phrase("loading {image} into the nodes", image=image), done.printed, tools.facts)
    with tempfile.TemporaryDirectory(prefix="ingress-lab-") as folder:
        archive = Path(folder) / _file(image)
        tools.run(phrase("saving {image}", image=image), save(image, archive, this_platform()))
        tools.run(phrase("loading {image} into the nodes", image=image), tools.commands.load_archive(archive))


def to_folder(tools: Tools, folder: Path) -> list[Path]:
    """Save all images as archives; pulls what is not here."""
    folder.mkdir(parents=True, exist_ok=True)
    return [_save(tools, image, folder / _file(image)) for image in _ALL]


def _save(tools: Tools, image: str, archive: Path) -> Path:
    tools.on_step(phrase("saving {image}", image=image))
    if not tools.try_(look_at_image(image)).ok:
        if image == pins.NODE_IMAGE:  # pulled by digest an image has no name, and an archive keeps names only
            _pull(tools, f"{image}@{pins.NODE_DIGEST}")
            tools.run(phrase("naming {image}", image=image), tag(f"{image}@{pins.NODE_DIGEST}", image))
        else:
            _pull(tools, image)
    partial = archive.with_suffix(".partial")
    done = tools.try_(save(image, partial, this_platform()))
    if not done.ok and "platform" in done.printed:  # a Docker before 28 does not know the option, and has one platform
        done = tools.try_(save(image, partial))
    if not done.ok:
        partial.unlink(missing_ok=True)
        raise failures.failed(phrase("saving {image}", image=image), done.printed, tools.facts)
    partial.replace(archive)
    return archive


def from_folder(tools: Tools, folder: Path, *, running: bool) -> list[str]:
    """Load the archives of a folder into Docker, and into the nodes of a running cluster."""
    archives = {image: folder / _file(image) for image in _ALL}
    missing = [path.name for path in archives.values() if not path.is_file()]
    if missing:
        raise LabError(
            phrase(
                "{folder} has no {missing}. On a machine with a network: lab images save {folder}, "
                "then bring the folder here",
                folder=folder,
                missing=", ".join(missing),
            )
        )
    for image, archive in archives.items():
        tools.on_step(phrase("loading {image}", image=image))
        tools.run(phrase("loading {name}", name=archive.name), load(archive))
        if running and image != pins.NODE_IMAGE:
            tools.run(phrase("loading {name} into the nodes", name=archive.name), tools.commands.load_archive(archive))
    return list(archives)


def _file(image: str) -> str:
    """`kindest/node:v1.36.4` is kept as `kindest-node_v1.36.4.tar`."""
    return f"{image.replace('/', '-').replace(':', '_')}.tar"


def this_platform() -> str:
    """This machine's processor as Docker names it, since an archive holds images of one platform."""
    return _PLATFORMS.get(platform.machine().lower(), "linux/amd64")
