"""What followed a change: who did what by the objects as they were heard of, in the order of their writes."""

import math
import xml.etree.ElementTree as ElementTree
from itertools import pairwise
from types import SimpleNamespace

import pytest
from ingress_lab.http.answers import Answer
from labcore.clusters import Entry
from labcore.errors import BadArgument
from labcore.pictures.swimlanes import _RADIUS, Lane, _apart, draw_swimlanes
from labtools.timeline.polling import Answered, Polling
from labtools.timeline.reading import marks_of
from labtools.timeline.timeline import Timeline
from labtools.timeline.watching import Seen, Watching, in_order


def thing(kind: str, name: str, version: int, **more: object) -> tuple[str, dict]:
    meta = {"name": name, "resourceVersion": str(version), **more.pop("meta", {})}  # type: ignore[dict-item]
    return kind, {"metadata": meta, **more}


def pod(version: int, *, node: str = "", runs: bool = False, ready: bool = False, ends: bool = False) -> dict:
    status = {"containerStatuses": [{"state": {"running": {}}}]} if runs else {}
    status |= {"conditions": [{"type": "Ready", "status": "True" if ready else "False"}]}
    meta = {"ownerReferences": [{"kind": "ReplicaSet"}]} | ({"deletionTimestamp": "now"} if ends else {})
    return thing("Pod", "web-1", version, meta=meta, spec={"nodeName": node} if node else {}, status=status)[1]


def test_the_life_of_a_pod() -> None:
    states = [pod(1), pod(2, node="a"), pod(3, node="a", runs=True), pod(4, node="a", runs=True, ready=True)]
    states += [pod(5, node="a", runs=True, ready=True, ends=True), pod(6, node="a", runs=True, ends=True)]
    seen = [
        Seen(float(n), "Pod", now, before) for n, (before, now) in enumerate(zip([None, *states], states, strict=False))
    ]
    seen.append(Seen(9.0, "Pod", pod(7), states[-1], gone=True))
    assert [(mark.lane, mark.said, mark.at) for mark in marks_of(seen, [])] == [
        ("controllers", "web-1 Pod created", 0), ("scheduler", "web-1 to node a", 1),
        ("node", "web-1 container started", 2),
        ("probe", "web-1 Ready", 3), ("controllers", "web-1 Pod told to end", 4),
        ("probe", "web-1 not Ready any more", 5), ("node", "web-1 stopped, and gone", 9),
    ]  # fmt: skip


def test_a_pod_without_an_owner_is_written_by_the_client() -> None:
    (mark,) = marks_of([Seen(1, "Pod", thing("Pod", "red", 1)[1])], [])
    assert (mark.lane, mark.said) == ("api", "red Pod created")


def endpoints(*ready: bool) -> dict:
    labels = {"kubernetes.io/service-name": "web"}
    return {"metadata": {"name": "web-x", "labels": labels}, "endpoints": [{"conditions": {"ready": r}} for r in ready]}


def test_the_other_lanes() -> None:
    addressed = {"loadBalancer": {"ingress": [{"ip": "10.0.0.1"}]}}
    old, new = (thing("Deployment", "web", n, meta={"generation": n})[1] for n in (1, 2))
    small, large = (thing("ReplicaSet", "web-r", n, spec={"replicas": n})[1] for n in (0, 2))
    seen = [
        Seen(1, "Deployment", old),
        Seen(2, "Deployment", new, old),
        Seen(3, "ReplicaSet", large),
        Seen(4, "ReplicaSet", small, large),
        Seen(5, "EndpointSlice", endpoints(True, False), endpoints(False)),
        Seen(6, "Ingress", thing("Ingress", "i", 7, status=addressed)[1], thing("Ingress", "i", 6)[1]),
        Seen(7, "Service", thing("Service", "web", 8)[1], thing("Service", "web", 6)[1], gone=True),
        Seen(8, "Deployment", new, new),
    ]
    versioned = [
        Seen(s.at, s.kind, s.obj | {"metadata": s.obj["metadata"] | {"resourceVersion": str(n)}}, s.before, s.gone)
        for n, s in enumerate(seen)
    ]
    assert [(mark.lane, mark.said) for mark in marks_of(versioned, [])] == [
        ("api", "Deployment web created"),
        ("api", "Deployment web changed"),
        ("controllers", "web-r ReplicaSet created"),
        ("controllers", "web-r ReplicaSet scaled to 0"),
        ("endpointslices", "web: ready addresses 0 → 1"),
        ("ingress", "Ingress i writes the address into its status"),
        ("api", "Service web deleted"),
    ]


def test_that_the_rule_is_there_shows_in_the_answers() -> None:
    answers = [Answered(1, 404, ""), Answered(2, 503, ""), Answered(3, 200, "web")]
    assert [(mark.lane, mark.said) for mark in marks_of([], answers)] == [
        ("client", "gets 404 from the controller"),
        ("ingress", "has the rule: the first answer that is no 404"),
        ("client", "gets 503 from the controller"),
        ("client", "gets 200 from web"),
    ]


def test_the_first_answer_of_a_new_pod_is_told() -> None:
    seen = [Seen(2, "Pod", pod(1))]
    answers = [Answered(1, 200, "web", "web-0"), Answered(3, 200, "web", "web-1"), Answered(4, 200, "web", "web-9")]
    assert [(mark.lane, mark.said) for mark in marks_of(seen, answers, {"web-1": "one"}.get)] == [  # type: ignore[arg-type]
        ("client", "gets 200 from web"),
        ("controllers", "one Pod created"),
        ("client", "one first answer"),
    ]


def test_first_answers_in_quick_succession_keep_their_times() -> None:
    seen = [Seen(2, "Pod", thing("Pod", name, n)[1]) for n, name in enumerate(("web-1", "web-2"))]
    answers = [Answered(1, 200, "web", "web-0"), Answered(3, 200, "web", "web-1"), Answered(3.02, 200, "web", "web-2")]
    told = [(mark.at, mark.said) for mark in marks_of(seen, answers) if mark.lane == "client"]
    assert told[1:] == [(3, "web-1 first answer"), (3.02, "web-2 first answer")]


def test_a_client_notes_the_first_answer_of_each_pod() -> None:
    polling = Polling("http://a.com/", Entry())
    pods = ["web-1", "web-1", "web-2", "web-1", ""]
    for number, name in enumerate(pods):
        polling._note(number, Answer("http://a.com/", 200 if name else 503, "web" if name else "-", name))
    assert [(one.at, one.status, one.pod) for one in polling.answers] == [
        (0, 200, "web-1"), (2, 200, "web-2"), (4, 503, ""),
    ]  # fmt: skip


def test_a_pod_that_went_meanwhile_keeps_its_alias() -> None:
    watching = Watching(None, "n")  # type: ignore[arg-type]
    for number, kind in enumerate(("ADDED", "DELETED", "ADDED")):
        obj = thing("Pod", "old" if number < 2 else "new", number)[1]
        watching._note(number, "Pod", {"type": kind, "object": obj})
    assert [obj["metadata"]["name"] for obj in watching.ever("Pod")] == ["old", "new"]
    assert [obj["metadata"]["name"] for obj in watching.of("Pod")] == ["new"]


def test_what_was_written_first_happened_first() -> None:
    """The watch of the Deployment was heard late: it had happened by the time at which the Pod was heard of."""
    deployment, its_pod, other = (thing(k, n, v)[1] for k, n, v in (("D", "d", 5), ("P", "p", 7), ("S", "s", 9)))
    heard = [Seen(2.0, "P", its_pod), Seen(3.0, "D", deployment), Seen(2.5, "S", other)]
    assert [(one.name, one.at) for one in in_order(heard)] == [("d", 2.0), ("p", 2.0), ("s", 2.5)]


def test_many_objects_at_once_are_one_mark() -> None:
    seen = [Seen(1 + n / 1000, "Service", thing("Service", f"s{n}", n + 1)[1]) for n in range(3)]
    seen.append(Seen(2, "Service", thing("Service", "late", 9)[1]))
    assert [mark.said for mark in marks_of(seen, [])] == [
        "Service s0, Service s1, Service s2 created",
        "Service late created",
    ]


def test_what_a_watch_notes() -> None:
    watching = Watching(None, "n")  # type: ignore[arg-type]
    changes = [
        {"type": t, "object": thing("Service", "new", v)[1]} for t, v in (("ADDED", 5), ("DELETED", 6), ("BOOKMARK", 7))
    ]
    for event in changes:
        watching._note(float(event["object"]["metadata"]["resourceVersion"]), "Service", event)
    assert [(one.name, one.before is None, one.gone) for one in watching.seen] == [
        ("new", True, False),
        ("new", False, True),
    ]
    assert watching.of("Service") == []


def told(*seen: Seen, answers: tuple[Answered, ...] = ()) -> Timeline:
    lab = SimpleNamespace(api=None, namespace="n", entry=Entry())
    made = Timeline(lab, "http://a.com/")  # type: ignore[arg-type]
    made._polling.answers = list(answers)
    made.marks = marks_of(seen, answers)
    return made


def test_times_count_from_the_first_write() -> None:
    answers = (Answered(0.5, 404, ""), Answered(1.2, 200, "web"))
    made = told(Seen(1, "Service", thing("Service", "web", 1)[1]), answers=answers)
    assert made.at("api") == 0 and made.at("client") == pytest.approx(0.2) and made.at("ingress") == pytest.approx(0.2)
    assert math.isnan(made.at("scheduler")) and math.isnan(made.at("api", "deleted"))
    assert made.at("api", "created") == 0 and math.isnan(made.at("client", "gets 404"))
    assert made.at("client", "gets 200") == made.at("client")
    assert repr(made).splitlines() == [
        "What followed, until http://a.com/ was answered",
        "       0 ms  API server: written by the client: Service web created",
        "       0 ms  client: gets 404 from the controller",
        "     200 ms  ingress controller: has the rule: the first answer that is no 404",
        "     200 ms  client: gets 200 from web",
    ]
    with pytest.raises(BadArgument, match="lanes: api, controllers"):
        made.at("nobody")
    assert repr(told()) == "What followed, until http://a.com/ was answered"


def settled(kind: str, **status: int) -> dict:
    return thing(
        kind, "web", 1, meta={"generation": 2}, spec={"replicas": 2}, status={"observedGeneration": 2} | status
    )[1]


@pytest.mark.parametrize(
    ("workload", "done"),
    [
        (settled("Deployment", replicas=2, updatedReplicas=2, availableReplicas=2), True),
        (settled("Deployment", replicas=3, updatedReplicas=2, availableReplicas=2), False),
        (settled("Deployment", replicas=2, updatedReplicas=2, availableReplicas=2, observedGeneration=1), False),
        (settled("DaemonSet", desiredNumberScheduled=1, updatedNumberScheduled=1, numberAvailable=1), True),
        (settled("DaemonSet", desiredNumberScheduled=1, updatedNumberScheduled=1), False),
    ],
)
def test_without_a_url_the_end_is_that_everything_runs(workload: dict, done: bool) -> None:
    made = Timeline(SimpleNamespace(api=None, namespace="n", entry=Entry()))  # type: ignore[arg-type]
    made._watching.objects = {
        (("DaemonSet" if "desiredNumberScheduled" in workload["status"] else "Deployment"), "web"): workload
    }
    assert not made._is_over()
    made._watching.seen = [Seen(0.0, "Deployment", workload)]
    assert made._is_over() is done and made.title == "What followed"


def test_the_lanes_drawn() -> None:
    marks = tuple((float(n), '</text><script>"' if n == 3 else f"step {n}") for n in range(12))
    drawn = draw_swimlanes("What followed", [Lane("controllers", marks), Lane("client", ((400.0, "gets 200"),))])
    root = ElementTree.fromstring(drawn.svg)
    width, height = float(root.get("width", "")), float(root.get("height", ""))
    assert width <= 480 and not [e for e in root.iter() if e.tag.endswith("script")]
    circles = [e for e in root.iter() if e.tag.endswith("circle")]
    assert len(circles) == 13
    for circle in circles:
        assert _RADIUS <= float(circle.get("cx", "")) <= width - _RADIUS and float(circle.get("cy", "")) < height
    many = draw_swimlanes("What followed", [Lane("controllers", tuple((float(n), str(n)) for n in range(50)))])
    assert "and 20 more" in many.svg and "49 ms" in many.words


def test_numbers_stand_apart() -> None:
    places = _apart([10, 10, 12, 300, 389, 389, 390], 391)
    assert all(b - a >= 2 * _RADIUS for a, b in pairwise(places)) and places[-1] <= 391 and places[3] == 300
