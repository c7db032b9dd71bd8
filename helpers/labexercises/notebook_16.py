"""Exercises 16.1 to 16.3: ties of rules, a default backend, and a status that nobody writes."""

from typing import TYPE_CHECKING

from ingress_lab.lessons.exercises.exercise import Exercise
from labcore.kube.patience import patient
from labcore.language.messages import phrase

from labexercises import written

if TYPE_CHECKING:
    from ingress_lab.http.answers import Answer
    from ingress_lab.lab import Lab

NAMESPACE = "write-a-controller"
_OWN = "service/mine"
_LEASE_SECONDS, _LOOK = 3, 0.1
"""For how long a replica of the notebook's takes the Lease; between two looks at the status."""
_SHOP, _REST = "http://shop.mine.example.com/", "http://nobody.mine.example.com/anything"
_TIES = {
    "http://www.mine.example.com/help": "web-svc",
    "http://other.mine.example.com/help": "api-svc",
    "http://ties.mine.example.com/foo": "web-svc",
    "http://ties.mine.example.com/foo/x": "api-svc",
    "http://ties.mine.example.com/foo/bar": "web-svc",
}


def ties(lab: "Lab") -> str:
    """A precise host before a wildcard, Exact before Prefix, the longest path."""
    return _first_other(lab, _TIES)


def rest(lab: "Lab") -> str:
    """What no rule fits goes to the default backend, and nothing else does."""
    return _first_other(lab, {_REST: "api-svc", _SHOP: "web-svc"} | _TIES)


def late(lab: "Lab") -> str:
    """The status of a new Ingress is written, by one of the replicas."""
    for _ in range(round(patient(_LEASE_SECONDS) / _LOOK)):
        if lab.object("ingress/late")["status"]["loadBalancer"].get("ingress"):
            return ""
        if _is_held_by_nobody(lab):
            break
        _pause()
    return phrase("the Ingress late should have an address in its status; it has none.")


def _is_held_by_nobody(lab: "Lab") -> bool:
    """Whether no Pod has the Lease, and none takes it while this check waits."""
    pods = [pod["metadata"]["name"] for pod in lab.objects("pods", labels="app=mine")]
    held = [lease["spec"] for lease in lab.objects("leases") if lease["metadata"]["name"] == "mine"]
    return any(
        spec.get("holderIdentity") not in pods and spec.get("leaseDurationSeconds", 0) > _LEASE_SECONDS for spec in held
    )


def _pause() -> None:
    import time

    time.sleep(_LOOK)  # a leader looks once a second


def _first_other(lab: "Lab", wanted: dict[str, str]) -> str:
    for answer in lab.inside("red").probe(list(wanted), to=_OWN):
        if answer.outcome != wanted[answer.url]:
            return _said(answer, wanted[answer.url])
    return ""


def _said(answer: "Answer", wanted: str) -> str:
    words = {"url": answer.url, "service": wanted, "outcome": answer.outcome}
    return phrase("your controller should send {url} to {service}; the client got {outcome}.", **words)


EXERCISES = (
    Exercise(
        "16.1", ties, phrase("of all rules that fit, your controller takes the one that the API's readers expect."),
        (
            phrase("`sorted` puts the route with the smallest `order` first, and the proxy takes the first that fits."),
            phrase("A tuple is compared part by part, and False comes before True: which part decides first, the host "
                   "or the path?"),
            phrase("`return not host, host.startswith('*'), kind != 'Exact', -len(path)`"),
        ), written("16.1"),
    ),
    Exercise(
        "16.2", rest, phrase("a default backend gets what no rule fits."),
        (
            phrase("`spec.defaultBackend` stands beside `rules`, and has the form of a path's `backend`."),
            phrase("A route with the host \"\" fits every host. Which path is a prefix of every path, "
                   "and shorter than `/`?"),
            phrase("After the loops of `rows`: if there is a default backend, "
                   "`yield '', '', 'Prefix', pods(namespace, spec['defaultBackend'])`"),
        ), written("16.2"),
    ),
    Exercise(
        "16.3", late, phrase("the Lease is free again, and one replica writes the status."),
        (
            phrase("The requests are answered, so the routes are right. Which program writes the status, and what "
                   "does it ask before?"),
            phrase("`kubectl get lease mine -o yaml`: who holds it, for how long, and is there such a Pod?"),
            phrase("`kubectl delete lease mine`: a replica creates it anew. Or set `leaseDurationSeconds` to 1."),
        ), written("16.3"),
    ),
)  # fmt: skip
