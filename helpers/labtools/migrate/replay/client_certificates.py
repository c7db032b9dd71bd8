"""The certificates that a client of the replay may show: files, made for one replay."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from labtools.migrate.replay.request import Request

if TYPE_CHECKING:
    from ingress_lab.lessons.certificates.issuing import Authority

DIRECT, BETWEEN = "direct", "two between"
"""Signed by the authority itself; by one that is two below it, whose certificates the client sends along."""


@contextmanager
def made(authority: "Authority", corpus: Iterable[Request]) -> Iterator[Mapping[str, str]]:
    """By name, as far as the corpus asks for them; gone at the end."""
    with TemporaryDirectory(prefix="lab-replay-") as folder:
        names = {request.certificate for request in corpus if request.certificate}
        yield {name: _file(Path(folder), name, authority) for name in names}


def _file(folder: Path, name: str, authority: "Authority") -> str:
    signer = authority if name == DIRECT else authority.intermediate("Replay above").intermediate("Replay below")
    issued = signer.issue("client")
    file = folder / f"{name.replace(' ', '-')}.pem"
    file.touch(mode=0o600)
    file.write_bytes(issued.key_pem + issued.pem)
    return str(file)
