"""What a conversion may use, and where its routes attach."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Options:
    """`sections`: the Gateway has listeners `http` and `https`, so that plain HTTP can be sent on to HTTPS.

    `expressions`: the implementation reads RegularExpression as Traefik does (RE2, `(?i)` counts).
    """

    gateway: str = "lab"
    gateway_namespace: str = ""
    sections: bool = False
    expressions: bool = False
    response_headers: Mapping[str, str] = field(default_factory=dict)
    taken: frozenset[str] = frozenset()
    """Hosts that have rules of their own."""
    https: frozenset[str] = frozenset()
    """The hosts whose plain HTTP is sent on to HTTPS."""
    tls: frozenset[str] = frozenset()
    """The hosts that are served on the listener `https`."""

    def parents(self, host: str) -> list[dict]:
        """parentRefs of the route of a host."""
        if not self.sections:
            return [self._parent()]
        names = ["https"] if host in self.https else ["http", "https"] if host in self.tls else ["http"]
        return [self._parent(name) for name in names]

    def plain(self) -> list[dict]:
        """parentRefs of a route for plain HTTP alone."""
        return [self._parent("http")]

    def _parent(self, section: str = "") -> dict:
        made = {"name": self.gateway}
        made |= {"namespace": self.gateway_namespace} if self.gateway_namespace else {}
        return made | ({"sectionName": section} if section else {})
