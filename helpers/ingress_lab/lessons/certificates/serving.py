"""Waiting for a certificate: a controller says to nobody when it has taken in a Secret, so the entry is asked again."""

import time

from labcore.errors import TimedOut
from labcore.kube.patience import patient
from labcore.language.messages import phrase

from ingress_lab.display import progress
from ingress_lab.http.probe import probe
from ingress_lab.lessons.certificates.certificate import Certificate, of_answer

_PAUSE = 0.02


def wait_shown(url: str, wanted: Certificate | str, *, timeout: float = 10) -> Certificate:
    """Ask for an https:// URL, each time on a new connection, until the entry shows a certificate; returns it.

    `wanted` is the certificate itself, or the subject of one that is not ours. Raises TimedOut.
    """
    timeout = patient(timeout)
    deadline = time.monotonic() + timeout
    name = wanted if isinstance(wanted, str) else wanted.subject
    with progress.line(phrase("waiting for the certificate of {url}", url=url)) as line:
        while True:
            answer = probe(url)[0]
            shown = of_answer(answer) if answer.layers.get("certificate") else None
            if shown and (shown.subject == name if isinstance(wanted, str) else shown.content == wanted.content):
                return shown
            seen = shown.subject if shown else answer.outcome
            if time.monotonic() > deadline:
                raise TimedOut(_not_shown(url, name, timeout, seen))
            line.say(phrase("waiting for the certificate of {url}: {seen}", url=url, seen=seen))
            time.sleep(_PAUSE)


def _not_shown(url: str, name: str, timeout: float, seen: str) -> str:
    return phrase(
        "{url} did not show the certificate of {name} within {timeout:g} s; the last one: {seen}\n"
        "Is the Secret in the namespace of the Ingress, and named in its spec.tls? Is the controller running?",
        url=url,
        name=name,
        timeout=timeout,
        seen=seen,
    )
