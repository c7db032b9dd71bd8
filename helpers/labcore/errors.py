"""The lab's errors, one tree:

    LabError           anything the lab says no to; `message` names what failed, on which object, and what to do next
    ├── NoCluster      there is no cluster to talk to (not started, ended, no kubeconfig)
    ├── Refused        Kubernetes refused a request; `code`, `reason` and `kubernetes` (its own message)
    ├── BadManifest    a manifest cannot be read; `where` is file and document number
    ├── UnknownName    a kind, object, column, exercise ... that is not there; the message names the nearest one
    │   └── UnknownVerb  ... on a Lab; an AttributeError, too
    ├── BadArgument    a call with an argument that cannot be meant
    └── TimedOut       a condition did not come true before its deadline

In a notebook each prints its message alone; `raise error from None` keeps library tracebacks out of sight, and
`%xmode Verbose` has no say here: `error.__cause__` holds what is underneath.
"""

import difflib
from collections.abc import Iterable

from labcore.language.messages import joined, phrase
from labcore.language.untrusted import visible


class LabError(Exception):
    """Says what failed, on which object, and what to do next."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return visible(self.message)

    def _render_traceback_(self) -> list[str]:
        """What IPython prints in place of a traceback."""
        return [f"{type(self).__name__}: {self}"]


class NoCluster(LabError):
    """There is no cluster to talk to."""


class Refused(LabError):
    """Kubernetes refused a request: HTTP `code`, the Status' `reason`, and its message word for word."""

    def __init__(self, message: str, *, code: int = 0, reason: str = "", kubernetes: str = "") -> None:
        super().__init__(message)
        self.code, self.reason, self.kubernetes = code, reason, kubernetes


class BadManifest(LabError):
    """A manifest that cannot be read."""

    def __init__(self, message: str, where: str = "") -> None:
        super().__init__(message)
        self.where = where


class UnknownName(LabError):
    """A name that nothing has."""


class UnknownVerb(UnknownName, AttributeError):
    """A name that a Lab does not have."""


class BadArgument(LabError):
    """A call that cannot be meant."""


class TimedOut(LabError):
    """A condition that did not come true before its deadline."""


def unknown(what: str, name: str, known: Iterable[str], *, place: str = "") -> UnknownName:
    """`there is no Service "order" in namespace "x"; the nearest is "order-svc" (there are: ...)`."""
    names = sorted(set(known))
    if place:
        said = [phrase('there is no {what} "{name}" in {place}', what=what, name=name, place=place)]
    else:
        said = [phrase('there is no {what} "{name}"', what=what, name=name)]
    nearest = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    if nearest:
        said.append(phrase('; the nearest is "{name}"', name=nearest[0]))
    if names:
        listed = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
        said.append(phrase(" (there are: {names})", names=listed))
    return UnknownName(joined("", said))
