"""Asks a controller all scenarios, by Ingresses of one class; the score is how many get the answer that they want."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from ingress_lab.http.answers import Answer
from ingress_lab.kube import acting
from ingress_lab.lab import Lab
from ingress_lab.lessons.certificates.issuing import authority
from labcore.kube.patience import patient
from labcore.language.messages import phrase

from labtools.conformance import scenarios
from labtools.conformance.scenarios import DEFAULT, ECHO, PATHS, REPLICAS, REQUESTS, SCENARIOS, SECURE, TWICE
from labtools.conformance.senders import Send

T = TypeVar("T")
TAKEN = 8.0
"""Seconds in which a controller may take in an Ingress."""
STARTED = 90.0
"""Seconds in which the applications may start."""
PARTS = ("paths", "hosts", "class", "default", "replicas")


@dataclass
class Score:
    """{scenario: what was seen instead of the wanted answer, "" where it was right}."""

    seen: dict[str, str] = field(default_factory=dict)

    @property
    def failed(self) -> dict[str, str]:
        return {name: words for name, words in self.seen.items() if words}

    def __str__(self) -> str:
        total = len(self.seen)
        return phrase("{passed} of {total}", passed=total - len(self.failed), total=total)


def wait_for(lab: Lab, kind: str) -> None:
    """Wait until all of this kind are what they are for, as `lab.wait` does."""
    acting.waited(lab, lab.api.resources().named(kind), lab.namespace, "", None, STARTED)


class Scoring:
    """`lab` is in a namespace of its own, where the applications run; `send` brings requests to the controller."""

    def __init__(self, lab: Lab, class_name: str, send: Send, parts: tuple[str, ...] = PARTS) -> None:
        self._lab, self._class, self._send, self._parts = lab, class_name, send, parts
        self._hosts = {h: rows for h, rows in PATHS.items() if ("hosts" if "." in h else "paths") in parts}

    def prepare(self) -> None:
        """The applications, running."""
        names = scenarios.services(self._hosts)
        names += [ECHO] if {"default", "replicas"} & {*self._parts} else []
        names += ["foo-bar-com"] if "class" in self._parts and "foo-bar-com" not in names else []
        self._apply(scenarios.program() + [obj for name in names for obj in scenarios.application(name)])
        self._wait("deployments")

    def run(self) -> Score:
        score = Score()
        score.seen.update(self._routes())
        score.seen.update(self._classes())
        score.seen.update(self._default())
        return score

    def _routes(self) -> Iterator[tuple[str, str]]:
        if not self._hosts:
            return
        certificate = authority().issue(SECURE).secret("conformance-tls")
        tls = [{"hosts": [SECURE], "secretName": "conformance-tls"}]
        secure = {h: rows for h, rows in self._hosts.items() if "." in h}
        plain = {h: rows for h, rows in self._hosts.items() if "." not in h}
        made = [scenarios.ingress("host-rules", self._class, tls=tls, rules=scenarios.rules(secure))] if secure else []
        made += [scenarios.ingress("path-rules", self._class, rules=scenarios.rules(plain))] if plain else []
        self._apply([certificate, *made])
        places = {place: wanted for place, wanted in SCENARIOS.items() if self._asked(place)}
        taken = self._taken(next(f"http://{place}" for place, wanted in places.items() if wanted != "404"))
        unexposed = self._unexposed(*(obj["metadata"]["name"] for obj in made), waits=taken)
        for place, answer in zip(places, self._send([f"http://{place}" for place in places], "GET"), strict=True):
            seen = unexposed or _instead(answer, places[place])
            yield place, seen
            if place == TWICE:
                again = phrase("again")
                yield f"{place} {again}", seen
        if secure:
            (answer,) = self._send([f"https://{SECURE}/"], "GET")
            yield f"https://{SECURE}/", unexposed or _instead(answer, "foo-bar-com")
        self._delete(made)

    def _asked(self, place: str) -> bool:
        host = place.partition("/")[0]
        return ("hosts" if "." in host else "paths") in self._parts

    def _classes(self) -> Iterator[tuple[str, str]]:
        if "class" not in self._parts:
            return
        rules = scenarios.rules({"class": PATHS["foo.bar.com"]})
        ours = scenarios.ingress("ours", self._class, rules=scenarios.rules({"ours": PATHS["foo.bar.com"]}))
        nobodys = scenarios.ingress("nobodys", "some-invalid-class-name", rules=rules)
        self._apply([nobodys])
        self._apply([ours])  # who has taken this one has seen the other
        self._taken("http://ours/")
        (answer,) = self._send(["http://class/"], "GET")
        seen = "" if self._unexposed("nobodys", waits=False) else phrase("the Ingress got an address")
        yield "class", seen or _instead(answer, "404")
        self._delete([nobodys, ours])

    def _default(self) -> Iterator[tuple[str, str]]:
        if not {"default", "replicas"} & {*self._parts}:
            return
        made = scenarios.ingress(
            "default-backend", self._class, defaultBackend=scenarios.backend(ECHO, {"number": 8080})
        )
        self._apply([made])
        taken = self._taken("http://my-host/")
        unexposed = self._unexposed("default-backend", waits=taken)
        for method, place in DEFAULT if "default" in self._parts else ():
            (answer,) = self._send([f"http://{place}"], method)
            yield f"{method} {place} ({phrase('default backend')})", unexposed or _whole(answer, method)
        if "replicas" in self._parts:
            yield phrase("load balancing"), self._balanced() if taken else phrase("404 or no answer")
        self._delete([made])

    def _balanced(self) -> str:
        """Every one of many replicas gets a request."""
        self._lab.scale(f"deployment/{ECHO}", REPLICAS)
        self._wait("deployments")

        def pods() -> int:
            answers = self._send(["http://load-balancing/"] * REQUESTS, "GET")
            return len({a.pod for a in answers}) if all(a.status == 200 for a in answers) else 0

        seen = _until(pods, lambda number: number == REPLICAS)
        self._lab.scale(f"deployment/{ECHO}", 1)
        return "" if seen == REPLICAS else phrase("{number} of {all} Pods answered", number=seen, all=REPLICAS)

    def _apply(self, objects: list[dict]) -> None:
        acting.applied(self._lab, objects)

    def _wait(self, kind: str) -> None:
        wait_for(self._lab, kind)

    def _delete(self, ingresses: list[dict]) -> None:
        path = self._lab.api.resources().named("ingress").path
        for obj in ingresses:
            self._lab.api.request("delete", path(self._lab.namespace, obj["metadata"]["name"]))

    def _taken(self, url: str) -> bool:
        """Waits until the controller has taken what was applied; a scenario says what it answers otherwise."""
        answer = _until(lambda: self._send([url], "GET")[0], lambda found: found.status == 200)
        return answer.status == 200

    def _unexposed(self, *names: str, waits: bool) -> str:
        """What is missing in the status of Ingresses, "" where each has an address."""

        def bare() -> list[str]:
            objects = {name: self._lab.object(f"ingress/{name}") for name in names}
            return [name for name, obj in objects.items() if not obj["status"]["loadBalancer"].get("ingress")]

        missing = _until(bare, lambda found: not found) if waits else bare()
        return phrase("its Ingress has no address") if missing else ""


def _instead(answer: Answer, wanted: str) -> str:
    """The URL of an answer is the one that was asked last: a redirect has been followed."""
    if answer.outcome != wanted:
        return answer.outcome
    scheme = answer.url.partition("://")[0]
    if answer.status == 200 and f"{scheme}://{answer.host}{answer.path or '/'}" != answer.url:
        return phrase("host or path arrived changed")
    return ""


def _whole(answer: Answer, method: str) -> str:
    if answer.outcome != ECHO:
        return answer.outcome
    lacking = [name for name in scenarios.HEADERS if name.lower() not in {header.lower() for header in answer.headers}]
    return phrase("no header {names}", names=", ".join(lacking)) if lacking else ""


def _until(look: Callable[[], T], fits: Callable[[T], bool]) -> T:
    deadline = time.monotonic() + patient(TAKEN)
    while not fits(found := look()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found
