"""One client of the shop: it looks a name up, connects there, believes the shop's CA alone, and keeps its cookies."""

import base64
from dataclasses import dataclass, replace

from ingress_lab.http.answers import Answer
from ingress_lab.http.probe import Client
from ingress_lab.kube.aliases import Aliases
from labcore.language.messages import phrase

from labtools.capstone.shop import BY_NGINX, SHOWN, USER, Ask
from labtools.capstone.zone import Zone

TIMEOUT = 10.0
"""Seconds: a busy machine is no loss."""


class _AsNamed(Aliases):
    """Pods by their own names: two clients have to mean the same one."""

    def of(self, name: str, kind: str = "Pod") -> str:
        return name


@dataclass(frozen=True)
class Seen:
    """An answer, and where it came from: what the zone said."""

    answer: Answer
    place: str

    @property
    def by_nginx(self) -> bool:
        """As far as an application was asked, which has seen nginx's header."""
        return BY_NGINX in self.answer.seen


class Customer:
    """Asks one request after the other; with `cookies` as one browser does."""

    def __init__(self, zone: Zone, ca: str, *, cookies: bool = False, keep: bool = False) -> None:
        self._zone, self._ca, self._cookies, self._keep = zone, ca, cookies, keep
        self._client: Client | None = None

    def ask(self, ask: Ask, to: str = "") -> Seen:
        """One request; `to` is another place than the one that the zone names. Raises NoCluster, Refused."""
        place, entry = (to, self._zone.address(to)) if to else self._zone.look_up(ask.host)
        if entry is None:
            return Seen(Answer(ask.url, 0, error=phrase("no address")), place)
        if self._client is None:
            self._client = Client(
                entry,
                ca=self._ca,
                timeout=TIMEOUT,
                cookies=self._cookies,
                keep_connection=self._keep,
                aliases=_AsNamed(),
            )
        self._client.lead_to(entry)
        (answer,) = self._client.probe(ask.url, headers=_authorization() if ask.user else None)
        return Seen(self._named(answer), place)

    def _named(self, answer: Answer) -> Answer:
        """A certificate that is refused is looked at once more: whose it is says more than why it is refused."""
        if not answer.error.startswith("certificate"):
            return answer
        assert self._client is not None
        with Client(self._client.entry, aliases=_AsNamed(), timeout=TIMEOUT) as other:
            shown = certificate_of(other.probe(answer.url)[0])
        return replace(answer, layers={SHOWN: shown} if shown else {})

    def close(self) -> None:
        if self._client:
            self._client.close()


def certificate_of(answer: Answer) -> dict[str, str]:
    """Subject and issuer of what was shown; {} where there was no certificate."""
    from ingress_lab.lessons.certificates import certificate

    if not answer.layers.get("certificate"):
        return {}
    shown = certificate.of_answer(answer)
    return {"subject": shown.subject, "issuer": shown.issuer}


def _authorization() -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(':'.join(USER).encode()).decode()}"}
