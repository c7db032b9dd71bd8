"""A CA, certificates and Secrets for a lab: made in memory, written only into the lab's folder, and only when asked.

Belongs here: making certificates, reading those of Secrets and answers, and saying what is right or wrong with them.
Does not belong here: TLS itself (`transport`), what an ingress controller does with a Secret.

Read in this order: `certificate` (one certificate, and what it says), `issuing` (who makes them), `checking` (would a
client accept it?), `serving` (waiting until the entry shows one).
"""

import importlib

_HOMES = {
    "Authority": "issuing",
    "authority": "issuing",
    "Certificate": "certificate",
    "of_secret": "certificate",
    "of_answer": "certificate",
    "problems": "checking",
    "wait_shown": "serving",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
