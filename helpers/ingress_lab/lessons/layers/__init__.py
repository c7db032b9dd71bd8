"""One exchange taken apart by OSI layer: captured on this machine, or recorded by a proxy of the lab's own.

Belongs here: capturing, capture files, and the table layer → what is in this packet → which Kubernetes thing acts
here. Does not belong here: sending requests (`probe`), drawing (`pictures`).

Read in this order: `tap` (live, where it is permitted), `recorder` (everywhere), `packets` (scapy's side: building,
reading, writing), `dissecting` (one packet's facts), `osi` (facts as rows), `exchange` (what a notebook calls).
"""

import importlib

_HOMES = {"capture": "exchange", "Capture": "exchange", "permitted": "tap"}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
