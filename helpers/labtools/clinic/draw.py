"""What a seed decides: names, hosts, ports, and which of several."""

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
_APPLICATIONS = (
    "account", "basket", "coupons", "gifts", "invoices", "menu", "news", "offers", "orders", "parcels", "prices",
    "reviews", "search", "seats", "stock", "tickets",
)  # fmt: skip
_TOWNS = ("busan", "cork", "daegu", "ghent", "jeju", "lyon", "oslo", "porto", "seoul", "turin", "varna", "zadar")
_PORTS = (3410, 4567, 5120, 5260, 7040, 7890, 8088, 8460, 9010, 9292)
"""Few programs of a machine have them: what listens at 127.0.0.1 on the local cluster shares that with it."""


class Draw:
    """The same case and seed always draw the same."""

    def __init__(self, case: str, seed: int) -> None:
        self._case, self._random = case, random.Random(f"{case} {seed}")
        self._town = self._random.choice(_TOWNS)

    def one(self, of: Sequence[T]) -> T:
        return self._random.choice(of)

    def some(self, number: int, of: Sequence[T]) -> list[T]:
        """So many different ones, in any order."""
        return self._random.sample(list(of), number)

    def applications(self, number: int) -> list[str]:
        """Names of applications, all different."""
        return self.some(number, _APPLICATIONS)

    def ports(self, number: int) -> list[int]:
        """Ports that applications listen at, all different."""
        return self.some(number, _PORTS)

    def number(self, lowest: int, highest: int) -> int:
        return self._random.randint(lowest, highest)

    def host(self, label: str = "") -> str:
        """The case's own host, `bakery.porto.example.com`; with a label another one of the same town."""
        return f"{label or self._case}.{self._town}.example.com"
