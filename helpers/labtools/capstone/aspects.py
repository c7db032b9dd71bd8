"""What the shop answers now, aspect by aspect: each asks as a customer does who has just looked the name up."""

from collections import Counter
from collections.abc import Iterable, Iterator
from math import comb

from labcore.language.messages import phrase

from labtools.capstone import shop
from labtools.capstone.customer import Customer, Seen
from labtools.capstone.record import ca_file
from labtools.capstone.verdict import Verdict
from labtools.capstone.zone import Zone

CLIENTS, TIMES = 16, 3
"""Customers with a basket: by chance all of them meet one of two Pods once in 32,000 checks."""
DRAWN, CHANCE = 150, 1e-5
"""Requests for the canary; how often a right share may be called wrong, at each end."""


class Asked:
    """Asks each request once, and keeps what came for the aspects after."""

    def __init__(self, zone: Zone) -> None:
        self.zone = zone
        self._seen: dict[shop.Ask, Seen] = {}

    def customer(self, *, cookies: bool = False, keep: bool = False) -> Customer:
        return Customer(self.zone, str(ca_file()), cookies=cookies, keep=keep)

    def once(self, ask: shop.Ask) -> Seen:
        if ask not in self._seen:
            customer = self.customer()
            self._seen[ask] = customer.ask(ask)
            customer.close()
        return self._seen[ask]


def manifests(asked: Asked) -> Iterator[Verdict]:
    return _each("manifests", shop.LATE, asked)


def routes(asked: Asked) -> Iterator[Verdict]:
    """A certificate that is refused is said by the next aspect."""
    for ask in shop.SERVED:
        if shop.SHOWN not in asked.once(ask).answer.layers:
            yield _judged("routes", ask, asked)


def redirects(asked: Asked) -> Iterator[Verdict]:
    return _each("redirects", shop.REDIRECTS, asked)


def closed(asked: Asked) -> Iterator[Verdict]:
    return _each("closed", shop.CLOSED, asked)


def _each(aspect: str, asks: Iterable[shop.Ask], asked: Asked) -> Iterator[Verdict]:
    return (_judged(aspect, ask, asked) for ask in asks)


def _judged(aspect: str, ask: shop.Ask, asked: Asked) -> Verdict:
    return Verdict(aspect, ask.url, ask.expected, ask.wrong(asked.once(ask).answer))


def certificates(asked: Asked) -> Iterator[Verdict]:
    """Of each host, whoever answers there."""
    first = {ask.host: ask for ask in reversed(shop.SERVED)}
    for host in shop.SECURE:
        ask = first[f"{host}.{shop.DOMAIN}"]
        answer = asked.once(ask).answer
        expected = phrase("the certificate {subject} of {issuer}", subject=ask.host, issuer="Capstone Shop CA")
        broken = answer.layers.get(shop.SHOWN) or not answer.status
        yield Verdict("certificates", ask.host, expected, shop.got(answer) if broken else "")


def affinity(asked: Asked) -> Iterator[Verdict]:
    """A customer comes back to the same Pod, and not all customers meet the same one."""
    pods: list[str] = []
    url, expected = shop.BASKET.url, phrase("one Pod for each client, and two Pods for all of them")
    for _ in range(CLIENTS):
        customer = asked.customer(cookies=True)
        seen = [customer.ask(shop.BASKET).answer for _ in range(TIMES)]
        customer.close()
        if wrong := next(filter(None, map(shop.BASKET.wrong, seen)), ""):
            yield Verdict("affinity", url, expected, wrong)
            return
        if len({answer.pod for answer in seen}) > 1:
            found = phrase("{times} requests of one client at different Pods", times=TIMES)
            yield Verdict("affinity", url, expected, found)
            return
        pods.append(seen[0].pod)
    alone = phrase("all {number} clients at one Pod", number=CLIENTS)
    yield Verdict("affinity", url, expected, alone if len(set(pods)) == 1 else "")


def canary(asked: Asked) -> Iterator[Verdict]:
    """The share of the next version, within what chance allows for so many requests."""
    customer = asked.customer(keep=True)
    answers = []
    for _ in range(DRAWN):
        answers.append(customer.ask(shop.VERSIONED).answer)
        if shop.VERSIONED.wrong(answers[-1]):
            break
    customer.close()
    least, most = bounds(DRAWN, shop.SHARE)
    expected = phrase(
        "{least} to {most} of {number} requests at {service}",
        service=shop.CANARY, least=least, most=most, number=DRAWN,
    )  # fmt: skip
    count = Counter(answer.service for answer in answers)[shop.CANARY]
    wrong = shop.VERSIONED.wrong(answers[-1])
    outside = "" if least <= count <= most else str(count)
    yield Verdict("canary", shop.VERSIONED.url, expected, wrong or outside)


def bounds(number: int, share: float, chance: float = CHANCE) -> tuple[int, int]:
    """The fewest and the most of `number` draws that a share gives, but for a chance at each end."""
    weights = [comb(number, k) * share**k * (1 - share) ** (number - k) for k in range(number + 1)]
    least = next(k for k in range(number + 1) if sum(weights[: k + 1]) > chance)
    most = next(k for k in range(number, -1, -1) if sum(weights[k:]) > chance)
    return least, most


def move(asked: Asked) -> Iterator[Verdict]:
    """By each host's first answer of an application."""
    first = {ask.host: ask for ask in reversed((*shop.SERVED, *shop.LATE))}
    for ask in first.values():
        seen = asked.once(ask)
        expected = phrase("an answer that has not passed nginx")
        if seen.by_nginx:
            found = phrase("an answer by way of {place} (header {name})", place=seen.place, name=shop.BY_NGINX)
        else:
            found = ask.wrong(seen.answer)
        yield Verdict("move", ask.url, expected, found)
