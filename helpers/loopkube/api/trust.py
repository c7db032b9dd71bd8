"""Whom this server trusts when it asks another one: the authorities of a caBundle, or those of the system."""

import asyncio
import base64
import binascii
import ssl
from collections import OrderedDict
from collections.abc import Callable

KEPT = 64


class Contexts:
    """Made once for each of what `make` is given, and not on the event loop: the system's authorities take long to
    read."""

    def __init__(self, make: Callable[..., ssl.SSLContext]) -> None:
        self._make = make
        self._made: OrderedDict[tuple, ssl.SSLContext] = OrderedDict()

    async def of(self, *given: object) -> ssl.SSLContext:
        """Raises what `make` raises."""
        context = self._made.get(given)
        if context is None:
            context = self._made[given] = await asyncio.to_thread(self._make, *given)
            if len(self._made) > KEPT:
                self._made.popitem(last=False)
        self._made.move_to_end(given)
        return context

    def __len__(self) -> int:
        return len(self._made)


def made(bundle: str) -> ssl.SSLContext:
    """A new one. Raises ValueError or ssl.SSLError."""
    if not bundle:
        return ssl.create_default_context()
    try:
        text = base64.b64decode(bundle, validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        raise ValueError("no PEM") from None
    return ssl.create_default_context(cadata=text)
