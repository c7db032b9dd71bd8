"""A broken link in two sentences, and what the sentences on its fix are made of."""

import difflib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from ingress_lab.http.answers import Answer
from labcore.language.messages import phrase

from labtools.traefik.ingress_paths import Claim

T = TypeVar("T", bound="str | int")


@dataclass(frozen=True)
class Fault:
    """`link`: the kind of the broken link. `fix` may end in lines with a command."""

    link: str
    why: str
    fix: str


def answered(service: str, seen: Answer) -> str:
    """The way is whole: the application itself said no."""
    values = {"service": service, "status": seen.status, "path": seen.path}
    if seen.path:
        return phrase(
            "The request arrived: the application {service} itself answered {status}; it saw {path}.", **values
        )
    return phrase("The request arrived: an application of Service {service} itself answered {status}.", **values)


def patched_ingress(claim: Claim, path: str, value: object) -> str:
    """The kubectl command that replaces one value of the Ingress by a JSON patch (RFC 6902)."""
    patch = json.dumps([{"op": "replace", "path": f"{claim.pointer}{path}", "value": value}])
    return f"kubectl -n {claim.namespace} patch ingress {claim.rule.ingress} --type=json -p '{patch}'"


def nearest(name: str, known: Sequence[T]) -> T | None:
    """The known name that is most like this one; None where none is alike."""
    close = difflib.get_close_matches(name, [str(k) for k in known], n=1, cutoff=0.4)
    return next((k for k in known if close and str(k) == close[0]), None)
