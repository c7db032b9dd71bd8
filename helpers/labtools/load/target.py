"""Where a load goes: to the lab's entry by the URL's name, or to an address of this machine; nowhere else."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from ingress_lab.http.urls import destination, split
from labcore.clusters import Entry
from labcore.errors import BadArgument
from labcore.language.messages import phrase


@dataclass(frozen=True)
class Target:
    """A URL as a client writes it, and the address to connect to."""

    url: str
    address: str
    port: int

    @property
    def dialled(self) -> str:
        """The same with the address in place of the name."""
        parts, path = split(self.url)
        address = f"[{self.address}]" if ":" in self.address else self.address
        return f"{parts.scheme}://{address}:{self.port}{path}"

    @property
    def secure(self) -> bool:
        """Whether it is HTTPS."""
        return self.url.startswith("https:")

    @property
    def host(self) -> str:
        """The header Host."""
        return urlsplit(self.url).netloc.rpartition("@")[2]

    @property
    def name(self) -> str:
        """The name that a certificate is asked for."""
        return urlsplit(self.url).hostname or ""


def target_of(url: str, entry: Entry) -> Target:
    """Raises BadArgument for a URL that is none, and for one that leads to somebody else's machine."""
    parts, _ = split(url)
    wanted = destination(parts, entry)
    if wanted[0] not in (entry.address, "localhost") and not _is_loopback(wanted[0]):
        raise BadArgument(
            phrase(
                "{url} leads to {address}, which is neither this machine nor the entry of the lab's cluster. A load is "
                "sent to these only. Use the host of an Ingress: http://abc.sample.com/",
                url=url,
                address=wanted[0],
            )
        )
    return Target(url, *entry.dialled(*wanted))


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
