"""Puts the sides up, waits for them, asks all of them the same, and takes everything away again."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field

from ingress_lab.lessons.certificates.issuing import Authority, authority
from labcore.clusters import Entry
from labcore.errors import LabError, TimedOut
from labcore.kube.api import Api
from labcore.kube.patience import patient
from labcore.language.messages import phrase
from labcore.machine import ending

from labtools.migrate.replay import client_certificates
from labtools.migrate.replay.asking import Asker, answers
from labtools.migrate.replay.baseline import HOST, NAME, REQUESTS
from labtools.migrate.replay.request import Request
from labtools.migrate.replay.seen import Seen
from labtools.migrate.replay.sides import Side
from labtools.migrate.replay.stage import TIMEOUT, Stage
from labtools.migrate.replay.stand_ins import Issue

_PAUSE = 0.05
_SETTLED = 0.3
"""What is of another kind than an Ingress is watched apart, and may come a moment after the first rule. The moments of
all sides run while others are waited for and asked."""


@dataclass(frozen=True)
class Played:
    """What one side answered: to the corpus, and to the rule without annotations."""

    answers: tuple[Seen, ...]
    baseline: tuple[Seen, ...]
    notes: tuple[str, ...] = field(default=())


def played(
    api: Api, entry: Entry, sides: Sequence[Side], objects: Sequence[dict], corpus: Sequence[Request], *,
    reached: bool = True, said: Callable[[str], None] = lambda words: None,
) -> Mapping[str, Played]:  # fmt: skip
    """The answers of each side by its name; `reached` as a `Stage` takes it.

    Whatever happens, nothing of it stays on the cluster.
    """
    ca = authority("Replay CA")
    issue = _issuer(ca)
    with ExitStack() as stack:
        certificates = stack.enter_context(client_certificates.made(ca, corpus))
        stages = [Stage(api, side, objects, entry, issue, reached) for side in sides]
        stack.callback(_struck, stages)
        for stage in stages:
            said(phrase("putting up side {side}", side=stage.side.name))
            stage.raised()
        askers: list[tuple[Asker, float]] = []
        for stage in stages:
            said(phrase("waiting for side {side}", side=stage.side.name))
            asker = Asker(stage.ready(), certificates=certificates, ports=stage.ports)
            _wait_routed(asker, stage)
            askers.append((asker, time.monotonic() + _SETTLED))
        found: dict[str, Played] = {}
        for stage, (asker, settled) in zip(stages, askers, strict=True):
            said(phrase("asking side {side}", side=stage.side.name))
            time.sleep(max(0.0, settled - time.monotonic()))
            first = tuple(asker.ask(request) for request in REQUESTS)
            found[stage.side.name] = Played(tuple(answers(asker.ask, tuple(corpus))), first, tuple(stage.notes))
        return found


def _wait_routed(asker: Asker, stage: Stage) -> None:
    """The rule without annotations was applied with all others; once it is routed, they are."""
    deadline = time.monotonic() + patient(TIMEOUT)
    while (seen := asker.ask(REQUESTS[0])).application != NAME:
        if time.monotonic() > deadline:
            raise TimedOut(
                phrase(
                    "side {side} did not route http://{host}/ in time; it last answered {status}. {notes}",
                    side=stage.side.name,
                    host=HOST,
                    status=seen.status or seen.error,
                    notes="\n".join([*stage.notes, *stage.warnings()]),
                )
            )
        time.sleep(_PAUSE)


def _struck(stages: Sequence[Stage]) -> None:
    """A second Ctrl-C ends this, too; then `lab reset` removes what is left, as all of it carries the lab's label."""
    ending.last_words(phrase("What the replay had put up is still on the cluster; `lab reset` removes it."))
    try:
        for stage in stages:  # all are asked to go before the first is waited for
            with suppress(LabError):
                stage.dismissed()
        for stage in stages:
            with suppress(LabError):
                stage.struck()
    finally:
        ending.last_words("")


def _issuer(ca: Authority) -> Issue:
    """One authority for a replay: all sides show certificates of the same names."""
    made: dict[tuple[str, ...], tuple[bytes, bytes, bytes]] = {}

    def issue(names: tuple[str, ...]) -> tuple[bytes, bytes, bytes]:
        if names not in made:
            certificate = ca.issue(*names)
            made[names] = (certificate.pem, certificate.key_pem, ca.certificate.pem)
        return made[names]

    return issue
