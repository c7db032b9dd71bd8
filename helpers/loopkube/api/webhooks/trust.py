"""Whom to trust: the authorities of a caBundle, or those of the system."""

import asyncio
import base64
import binascii
import ssl
from collections import OrderedDict

KEPT = 64
_contexts: OrderedDict[str, ssl.SSLContext] = OrderedDict()


async def trusting(bundle: str) -> ssl.SSLContext:
    """Made once for each bundle, and not on the event loop: the system's authorities take long to read. Raises
    ValueError or ssl.SSLError."""
    context = _contexts.get(bundle)
    if context is None:
        context = _contexts[bundle] = await asyncio.to_thread(made, bundle)
        if len(_contexts) > KEPT:
            _contexts.popitem(last=False)
    _contexts.move_to_end(bundle)
    return context


def made(bundle: str) -> ssl.SSLContext:
    """A new one. Raises ValueError or ssl.SSLError."""
    if not bundle:
        return ssl.create_default_context()
    try:
        text = base64.b64decode(bundle, validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        raise ValueError("no PEM") from None
    return ssl.create_default_context(cadata=text)
