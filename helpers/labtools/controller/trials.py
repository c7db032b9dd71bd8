"""The trials: each plays something that happens to every controller, and says whether this one stands it.

None of them waits longer than it must: a change that comes last, the *marker*, tells when all changes before have been
seen. What is said of a trial is the same in every run.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from labcore.kube.patience import patient
from labcore.language.messages import phrase
from labcore.language.untrusted import visible

from labtools.controller.objects import ingress, ingress_class, service, slice_of
from labtools.controller.running import Replica, Routes, until
from labtools.controller.stand_in import StandIn

START, SOON, FIGHT = 10.0, 0.3, 0.3
"""Seconds: until a controller has begun; in which a change has to arrive; for which replicas are watched."""
MANY = 2
POD, CLUSTER_IP = "10.1.0.1:8080", "10.96.0.1:80"


@dataclass(frozen=True)
class Verdict:
    name: str
    passed: bool
    seen: str


Play = Callable[[Path], str]
"""What was seen that should not be; "" where the controller stands the trial."""


class Failed(Exception):
    """The trial cannot go on: the controller has not begun, or has ended."""


@contextmanager
def stage(file: Path) -> Iterator[tuple[StandIn, Replica]]:
    """The API with one Ingress, and one replica that has routed it."""
    api = StandIn()
    try:
        api.put("ingressclasses", ingress_class())
        for number in (1, 2):
            api.put("services", service(f"web-{number}"))
            api.put("endpointslices", slice_of(f"web-{number}", f"10.1.0.{number}"))
        api.put("ingresses", ingress("first", ("first.example", "/", "Prefix", "web-1")))
        with Replica(file, api) as replica:
            _wait(replica, lambda routes: "first.example" in hosts(routes))
            yield api, replica
    finally:
        api.close()


def hosts(routes: Routes) -> list[str]:
    return [route[0] for route in routes]


def _wait(replica: Replica, fits: Callable[[Routes], bool]) -> None:
    if not replica.until(fits, patient(START)):
        if replica.ended:
            raise Failed(phrase("the program has ended: {last}", last=replica.ended))
        raise Failed(phrase("the Ingress did not become a route"))


def _mark(api: StandIn, replica: Replica) -> None:
    """What comes before the marker has been seen, or never will be."""
    api.put("ingresses", ingress("marker", ("marker.example", "/", "Prefix", "web-1")))
    _wait(replica, lambda routes: "marker.example" in hosts(routes))


def routes(file: Path) -> str:
    with stage(file) as (_, replica):
        (route,) = replica.routes
        if route[:3] != ["first.example", "/", "Prefix"]:
            return phrase("the route has another host, path or pathType than the Ingress")
        return "" if route[3] else phrase("the route leads nowhere")


def news(file: Path) -> str:
    with stage(file) as (api, replica):
        api.put("ingresses", ingress("second", ("second.example", "/", "Prefix", "web-1")))
        if not replica.until(lambda found: "second.example" in hosts(found), patient(SOON)):
            return phrase("a new Ingress was no route after {seconds:g} s", seconds=SOON)
        return ""


def missed_delete(file: Path) -> str:
    with stage(file) as (api, replica):
        api.put("ingresses", ingress("second", ("second.example", "/", "Prefix", "web-1")))
        _wait(replica, lambda found: "second.example" in hosts(found))
        api.cut()
        api.delete("ingresses", "second")
        api.mend()
        _mark(api, replica)
        if "second.example" in hosts(replica.routes):
            return phrase("an Ingress that was deleted while the watch was interrupted is still a route")
        return ""


def gone(file: Path) -> str:
    with stage(file) as (api, replica):
        api.cut()
        api.delete("ingresses", "first")
        api.put("ingresses", ingress("second", ("second.example", "/", "Prefix", "web-1")))
        api.forget()
        api.mend()
        fits = lambda: hosts(replica.routes) == ["second.example"]  # noqa: E731
        asks_again = lambda: api.refused.count("ingresses") > 1  # noqa: E731
        until(lambda: fits() or asks_again(), patient(START), replica)
        if fits():
            return ""
        return phrase("it asks for the old version again and again; the routes are those from before the interruption")


def moved(file: Path) -> str:
    with stage(file) as (api, replica):
        api.put("ingresses", ingress("first", ("moved.example", "/", "Prefix", "web-1")))
        for name in ("twin-1", "twin-2"):
            api.put("ingresses", ingress(name, ("twin.example", "/", "Prefix", "web-1")))
        api.delete("ingresses", "twin-1")
        api.repeat("ingresses")
        _mark(api, replica)
        found = hosts(replica.routes)
        if "first.example" in found:
            return phrase("an Ingress got another host, and the old one is still a route")
        if not {"moved.example", "twin.example"} <= set(found):
            return phrase("two Ingresses had one rule; one was deleted, and the other one is no route any more")
        return ""


def late_service(file: Path) -> str:
    with stage(file) as (api, replica):
        api.put("ingresses", ingress("late", ("late.example", "/", "Prefix", "late")))
        _mark(api, replica)
        api.put("endpointslices", slice_of("late", "10.1.0.9"))
        api.put("services", service("late"))
        leads = lambda found: any(route[0] == "late.example" and route[3] for route in found)  # noqa: E731
        if not replica.until(leads, patient(SOON)):
            return phrase("a Service came after its Ingress, and the route leads nowhere")
        return ""


def pods(file: Path) -> str:
    with stage(file) as (api, replica):
        found = replica.routes[0][3]
        if found == [CLUSTER_IP]:
            return phrase("the route leads to the address of the Service, not to its Pods")
        if found != [POD]:
            return phrase("the route does not lead to the Pods of the Service")
        api.put("endpointslices", slice_of("web-1", "10.1.0.1", "10.1.0.3", unready=("10.1.0.4",)))
        wanted = [POD, "10.1.0.3:8080"]
        if not replica.until(lambda found: sorted(found[0][3]) == wanted, patient(SOON)):
            return phrase("the route does not follow the Pods that are ready")
        return ""


def classes(file: Path) -> str:
    with stage(file) as (api, replica):
        api.put("ingressclasses", ingress_class("other", "example.com/other"))
        api.put("ingresses", ingress("other", ("other.example", "/", "Prefix", "web-1"), cls="other"))
        _mark(api, replica)
        if "other.example" in hosts(replica.routes):
            return phrase("an Ingress of the class of another controller is a route, too")
        return ""


def address(file: Path) -> str:
    with stage(file) as (api, _):
        if not until(lambda: bool(addresses(api)), patient(SOON)):
            return phrase("the status of the Ingress stays without an address")
        return ""


def addresses(api: StandIn) -> list[dict]:
    return api.object("ingresses", "first")["status"]["loadBalancer"].get("ingress") or []


def two_replicas(file: Path) -> str:
    with stage(file) as (api, _), Replica(file, api, "mine-2", "10.0.0.2") as second:
        _wait(second, lambda found: "first.example" in hosts(found))
        if not until(lambda: bool(addresses(api)), patient(SOON)):
            return phrase("the status of the Ingress stays without an address")
        before = api.count("PATCH", "/ingresses/first")
        if until(lambda: api.count("PATCH", "/ingresses/first") - before > MANY, FIGHT):
            return phrase("two replicas overwrite the address of the Ingress in turn")
        return ""


def takeover(file: Path) -> str:
    with stage(file) as (api, first), Replica(file, api, "mine-2", "10.0.0.2") as second:
        _wait(second, lambda found: "first.example" in hosts(found))
        if not until(lambda: addresses(api) == [{"ip": "10.0.0.1"}], patient(SOON)):
            return phrase("the first replica does not write its address")
        first.end()
        if not until(lambda: addresses(api) == [{"ip": "10.0.0.2"}], patient(START)):
            return phrase("the replica that wrote the status has ended, and the other one does not take over")
        return ""


def order(file: Path) -> str:
    made = (
        ("", "/", "Prefix"), ("*.tie.example", "/help", "Prefix"), ("www.tie.example", "/", "Prefix"),
        ("www.tie.example", "/foo", "Prefix"), ("www.tie.example", "/foo/bar", "Prefix"),
        ("www.tie.example", "/foo", "Exact"),
    )  # fmt: skip
    with stage(file) as (api, replica):
        for number, row in enumerate(made):
            api.put("ingresses", ingress(f"tie-{number}", (*row, "web-1")))
        _mark(api, replica)
        places = [tuple(route[:3]) for route in replica.routes]
        at = {row: places.index(row) for row in made}
        if at[made[2]] > at[made[1]] or at[made[1]] > at[made[0]]:
            return phrase("a precise host should come before a wildcard, and a wildcard before no host")
        if at[made[5]] > at[made[3]]:
            return phrase("of /foo as Exact and as Prefix, Exact should come first")
        return (
            "" if at[made[4]] < at[made[3]] < at[made[2]] else phrase("a longer path should come before a shorter one")
        )


def default_backend(file: Path) -> str:
    with stage(file) as (api, replica):
        api.put("ingresses", ingress("default", default="web-2"))
        api.put("ingresses", ingress("all", ("", "/", "Prefix", "web-1")))
        _mark(api, replica)
        wide = [route for route in replica.routes if not route[0]]
        leads = [route for route in wide if any("10.1.0.2" in place for place in route[3])]
        if not leads:
            return phrase("an Ingress with nothing but a default backend is no route")
        return "" if replica.routes[-1] == leads[0] else phrase("a rule should come before the default backend")


TRIALS: dict[str, tuple[Play, str]] = {
    "routes": (routes, phrase("an Ingress is a route")),
    "news": (news, phrase("a new Ingress is a route at once")),
    "missed-delete": (missed_delete, phrase("what is deleted during an interruption goes")),
    "gone": (gone, phrase("after 410 Gone it lists again")),
    "moved": (moved, phrase("routes follow what the Ingresses are now, whatever the events were")),
    "late-service": (late_service, phrase("a Service may come after its Ingress")),
    "pods": (pods, phrase("routes lead to the Pods that are ready")),
    "other-class": (classes, phrase("Ingresses of other classes are left alone")),
    "with-address": (address, phrase("the Ingress gets an address")),
    "two-replicas": (two_replicas, phrase("of two replicas one writes the status")),
    "takeover": (takeover, phrase("when it ends, the other one goes on")),
    "order": (order, phrase("precise hosts, Exact and longer paths come first")),
    "default-backend": (default_backend, phrase("a default backend gets the rest")),
}
"""{name: (how it is played, what a controller shows that stands it)}"""


def judge(file: Path, chosen: list[str]) -> list[Verdict]:
    """Plays the trials side by side; the verdicts are in their order."""
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(lambda name: _judged(file, name), chosen))


def _judged(file: Path, name: str) -> Verdict:
    play, praise = TRIALS[name]
    try:
        wrong = play(file)
    except Failed as failed:
        wrong = str(failed)
    return Verdict(name, not wrong, visible(wrong or praise))
