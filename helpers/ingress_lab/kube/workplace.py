"""The namespace that a notebook works in: is it still there, and still this kernel's? Asked before each verb."""

import time
from collections.abc import Callable
from pathlib import Path

from labcore import clusters
from labcore.errors import LabError, Refused
from labcore.kube.api import Api
from labcore.language.messages import joined, phrase
from labcore.machine import kernels

from ingress_lab.display import progress

_FRESH = 0.2
"""Seconds that a look holds: verbs use each other."""


class Workplace:
    """One namespace, as a notebook has entered it."""

    def __init__(
        self, api: Api, cluster: str, namespace: str, note: Path | None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._api, self._cluster, self._namespace, self._note, self._clock = api, cluster, namespace, note, clock
        self._looked, self.is_left = clock(), False
        self._uid = self._uid_there()

    def require(self) -> None:
        """Raise in one sentence what has become of it: removed, or taken over."""
        if self._clock() - self._looked < _FRESH:
            return
        if self._note:
            kernels.require_own(self._note)
        if self._uid_there() != self._uid:
            raise LabError(
                phrase("Namespace {namespace} was removed: run the notebook from the top.", namespace=self._namespace)
            )
        self._looked = self._clock()

    def entered_again(self) -> None:
        """The lab itself has made it anew."""
        self.is_left = False
        self._uid = self._uid_there()

    def left(self) -> None:
        """The notebook has cleaned up: it may go on asking the entry, which is the cluster's."""
        self.is_left = True
        if self._note:
            kernels.leave(self._note)

    def _uid_there(self) -> str:
        """Its uid; "" where it is gone. An account that may not look sees no difference."""
        try:
            obj = self._api.request("get", f"/api/v1/namespaces/{self._namespace}")
        except Refused as error:
            return "" if error.code == 404 else getattr(self, "_uid", "unknown")
        going = obj["metadata"].get("deletionTimestamp")
        return "" if going else str(obj["metadata"].get("uid", ""))


def absence(cluster: str) -> str:
    """Of a cluster that does not answer what its own status says, with the command to type."""
    status = clusters.of(cluster).status()
    return "" if status.running else joined(" ", [status.sentence, phrase("Then run the notebook from the top.")])


def start_nodes(cluster: str) -> None:
    """Pods on a node that is off cannot end, so nothing that holds them could be removed."""
    chosen = clusters.of(cluster)
    for node in chosen.stopped():
        with progress.line(phrase("starting {node}, which was stopped", node=node)):
            chosen.start_node(node)
