"""Explanations from objects alone: the API reference's examples, verdicts, broken links and their fixes."""

import pytest
from cluster_objects import classes, endpoint_slice, ingress, objects, pod, ready, service
from ingress_lab.http.answers import Answer
from labtools.explain.explain import written
from labtools.explain.explanation import Explanation
from labtools.explain.findings import read
from labtools.explain.pods import why_not_ready
from labtools.traefik.objects import Objects


def explained(url: str, *found: dict, seen: Answer | None = None, expected: str | None = None) -> Explanation:
    findings = read(url, objects(*found), namespace="n")
    findings.seen = seen
    return written(findings, expected)


# https://kubernetes.io/docs/concepts/services-networking/ingress/#examples: each path has a Service of its own.
PATHS = [
    ([("Prefix", "/")], "/any/path", "Prefix /"),
    ([("Exact", "/foo")], "/foo", "Exact /foo"),
    ([("Exact", "/foo")], "/bar", None),
    ([("Exact", "/foo")], "/foo/", None),
    ([("Exact", "/foo/")], "/foo", None),
    ([("Prefix", "/foo")], "/foo", "Prefix /foo"),
    ([("Prefix", "/foo")], "/foo/", "Prefix /foo"),
    ([("Prefix", "/foo/")], "/foo", "Prefix /foo/"),
    ([("Prefix", "/foo/")], "/foo/", "Prefix /foo/"),
    ([("Prefix", "/aaa/bb")], "/aaa/bbb", None),
    ([("Prefix", "/aaa/bbb")], "/aaa/bbb", "Prefix /aaa/bbb"),
    ([("Prefix", "/aaa/bbb/")], "/aaa/bbb", "Prefix /aaa/bbb/"),
    ([("Prefix", "/aaa/bbb")], "/aaa/bbb/", "Prefix /aaa/bbb"),
    ([("Prefix", "/aaa/bbb")], "/aaa/bbb/ccc", "Prefix /aaa/bbb"),
    ([("Prefix", "/aaa/bbb")], "/aaa/bbbxyz", None),
    ([("Prefix", "/"), ("Prefix", "/aaa")], "/aaa/ccc", "Prefix /aaa"),
    ([("Prefix", "/"), ("Prefix", "/aaa"), ("Prefix", "/aaa/bbb")], "/aaa/bbb", "Prefix /aaa/bbb"),
    ([("Prefix", "/"), ("Prefix", "/aaa"), ("Prefix", "/aaa/bbb")], "/ccc", "Prefix /"),
    ([("Prefix", "/aaa")], "/ccc", "default"),
    ([("Prefix", "/foo"), ("Exact", "/foo")], "/foo", "Exact /foo"),
]

# https://kubernetes.io/docs/concepts/services-networking/ingress/#hostname-wildcards
HOSTS = [
    ("*.foo.com", "bar.foo.com", True),
    ("*.foo.com", "baz.bar.foo.com", False),
    ("*.foo.com", "foo.com", False),
]


@pytest.mark.parametrize(("rules", "asked", "wins"), PATHS)
def test_the_api_reading_of_the_references_examples(rules: list[tuple[str, str]], asked: str, wins: str | None) -> None:
    names = {f"{kind} {path}": f"s{number}" for number, (kind, path) in enumerate(rules)}
    paths = [("a.com", path, kind, names[f"{kind} {path}"]) for kind, path in rules]
    more = {"default": "default"} if wins == "default" else {}
    for written_paths in (paths, paths[::-1]):
        found = explained(f"http://a.com{asked}", ingress(*written_paths, **more), *ready("default", *names.values()))
        assert found.api == (names.get(wins, wins) if wins else "404")


@pytest.mark.parametrize(("host", "asked", "fits"), HOSTS)
def test_the_api_reading_of_wildcards(host: str, asked: str, fits: bool) -> None:
    found = explained(f"http://{asked}/", ingress((host, "/", "Prefix", "s")), *ready("s"))
    assert found.api == ("s" if fits else "404")
    if asked.count(".") == 3:
        assert found.rule_rows[0]["api"] == "a wildcard stands for one label only"


def verdicts(found: Explanation) -> dict[str, tuple[str, str]]:
    return {row["service"].partition(":")[0]: (row["api"], row["controller"]) for row in found.rule_rows}


OPEN = "may win: the API gives no order of hosts that fit"


def test_every_rule_says_why_it_lost() -> None:
    rules = ingress(
        ("a.com", "/x/y", "Prefix", "longest"),
        ("a.com", "/x", "Prefix", "shorter"),
        ("a.com", "/X", "Prefix", "case"),
        ("a.com", "/x/y", "Exact", "exact"),
        ("a.com", "/x/", "Exact", "slash"),
        ("a.com", "/other", "Prefix", "other"),
        ("*.com", "/x/y", "Prefix", "wild"),
        ("", "/x/y", "Prefix", "any"),
    )
    found = explained("http://a.com/x/y/z", rules, *ready("longest"))
    assert verdicts(found) == {
        "longest": (OPEN, "wins: the only rule that fits"),
        "shorter": ("a longer path goes first: /x/y", "left out: there is no such Service"),
        "case": ("upper and lower case differ", "left out: there is no such Service"),
        "exact": ("Exact means exactly /x/y", "left out: there is no such Service"),
        "slash": ("Exact means exactly /x/", "left out: there is no such Service"),
        "other": ("another path", "left out: there is no such Service"),
        "wild": (OPEN, "left out: there is no such Service"),
        "any": (OPEN, "left out: there is no such Service"),
    }


def test_the_controller_says_why_too() -> None:
    rules = ingress(("a.com", "/x", "Prefix", "a"), ("a.com", "/x", "Exact", "b"), ("a.com", "/y", "Prefix", "c"))
    found = explained("http://a.com/x", rules, *ready("a", "b", "c"))
    assert [v for _, v in verdicts(found).values()] == [
        "wins: the longest rule text that fits, 50 characters",
        "27 characters: tried after the winner",
        "the path does not fit",
    ]
    assert "By the API it would be b: Exact a.com/x, Ingress i." in found.text
    assert found.texts.values.tolist()[0] == ['Host("a.com") && (Path("/x") || PathPrefix("/x/"))', 50, "a"]


def test_the_api_leaves_open_what_it_gives_no_order_for() -> None:
    """So the controller's choice among these is no departure from the API."""
    rules = ingress(("www.a.com", "/", "Prefix", "full"), ("*.a.com", "/help", "Prefix", "wild"))
    found = explained("http://www.a.com/help", rules, *ready("full", "wild"))
    assert (found.api, found.controller) == ("full or wild", "wild")
    assert found.readings["because"].tolist()[0] == "the API gives no order of the rules that fit"
    assert {row["api"] for row in found.rule_rows} == {OPEN} and "By the API it would be" not in found.text
    twice = [ingress(("a.com", "/", "Prefix", name), name=name) for name in ("early", "late")]
    found = explained("http://a.com/", *twice, *ready("early", "late"))
    assert found.api == found.controller == "early or late"
    assert {row["api"] for row in found.rule_rows} == {
        OPEN.replace("hosts that fit", "two Ingresses with the same host and path")
    }


def test_rules_of_other_hosts_are_counted_not_shown() -> None:
    other = ingress(*[(f"h{n}.com", "/", "Prefix", "a") for n in range(20)], name="others")
    found = explained("http://a.com/", ingress(("a.com", "/", "Prefix", "a")), other, *ready("a"))
    assert len(found.rule_rows) == 1 and found.note == "rules of other hosts, not shown: 20"


def test_an_ingress_of_another_namespace_is_named_with_it() -> None:
    found = explained("http://a.com/", ingress(("a.com", "/", "Prefix", "a"), namespace="far"), *ready("a"))
    assert found.rule_rows[0]["ingress"] == "far/i"


RULE = ("a.com", "/", "Prefix", "web")


def fault(*found: dict, status: int = 0, **answer: str) -> tuple[str, str, str]:
    seen = Answer("http://a.com/", status, **answer) if status else None
    said = explained("http://a.com/", *found, seen=seen).fault
    assert said is not None
    return said.link, said.why, said.fix


def test_broken_links_and_their_mends() -> None:
    link, why, fix = fault(ingress(RULE), *ready("wep"))
    assert link == "Service" and '"value": "wep"' in fix and "/spec/rules/0/http/paths/0/backend/service/name" in fix
    link, why, fix = fault(ingress(RULE, port={"name": "htp"}), *ready("web"))
    assert link == "Port" and "port htp of Service web, which has 80 (http)" in why and '{"number": 80}' in fix
    link, why, fix = fault(ingress(RULE), service("web", selector={"app": "wep"}), pod("web-1", "web"))
    assert link == "EndpointSlice" and "patch service web" in fix and '"value": {"app": "web"}' in fix
    link, why, fix = fault(ingress(RULE), service("web", selector={}))
    assert "it has no selector" in why
    link, why, fix = fault(ingress(RULE), service("web"))
    assert fix.startswith("start Pods with these labels")
    link, why, fix = fault(ingress(RULE, class_name="ngnix"), *ready("web"))
    assert link == "Ingress" and "nginx" in fix
    assert fault()[0] == "Ingress"


def test_pods_that_are_not_ready() -> None:
    waiting = {
        "phase": "Pending",
        "containerStatuses": [{"name": "app", "image": "x:1", "state": {"waiting": {"reason": "ErrImagePull"}}}],
    }
    broken = pod("web-1", "web", status=waiting)
    link, why, _ = fault(ingress(RULE), service("web"), broken, endpoint_slice("web", "web-1", ready=False))
    assert link == "EndpointSlice" and "container app waits: ErrImagePull (x:1)" in why


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ({"phase": "Running"}, "it runs, and is not ready yet"),
        (
            {"phase": "Running", "conditions": [{"type": "ContainersReady", "status": "True"}]},
            "it was ready when its node node was last heard of",
        ),
        ({"phase": "Pending"}, "it is Pending"),
        ({"containerStatuses": [{"name": "a", "state": {"terminated": {"exitCode": 3}}}]}, "ended with code 3"),
        (
            {"conditions": [{"type": "PodScheduled", "status": "False", "message": "0/3 nodes"}]},
            "no node takes it: 0/3",
        ),
    ],
)
def test_why_a_pod_is_not_ready(status: dict, words: str) -> None:
    assert words in why_not_ready(pod("p", "a", status=status))


def test_a_readiness_probe_is_blamed_where_there_is_one() -> None:
    probed = pod("p", "a", status={"phase": "Running"})
    probed["spec"]["containers"][0]["readinessProbe"] = {"httpGet": {"port": 8080}}
    assert "readiness probe does not pass" in why_not_ready(probed)


def test_a_named_target_port_that_no_pod_has() -> None:
    slices = endpoint_slice("web", "web-1", ports=False)
    link, why, fix = fault(ingress(RULE), service("web", target="htp"), pod("web-1", "web"), slices)
    assert link == "EndpointSlice" and "no port of that name" in why and '"value": "http"' in fix


def test_what_only_an_answer_tells() -> None:
    there = (ingress(RULE), service("web", target=8081), pod("web-1", "web"), endpoint_slice("web", "web-1"))
    link, why, fix = fault(*there, status=502)
    assert link == "Pod" and "nothing listens on port 8081" in why and '"value": 8080' in fix
    assert fault(*there, status=504)[0] == "Pod"
    link, why, _ = fault(*there, status=404, service="web", path="/")
    assert link == "Application" and "the application web itself answered 404; it saw /" in why
    silent = explained("http://a.com/", *there, seen=Answer("http://a.com/", 0, error="connection refused"))
    assert silent.fault.link == "Controller" and "no answer: connection refused" in silent.text


def test_a_broken_link_is_the_last_one_reached_on_the_picture() -> None:
    there = (ingress(RULE), service("web", target=8081), pod("web-1", "web"), endpoint_slice("web", "web-1"))
    found = explained("http://a.com/", *there, seen=Answer("http://a.com/", 502))
    assert [link.state for link in found.chain.links] == ["ok"] * 5 + ["broken"]
    gone = explained("http://a.com/", ingress(RULE))
    assert [link.state for link in gone.chain.links] == ["ok", "ok", "broken", *["unreached"] * 3]
    assert "Service (looked up): web [broken] (not there)" in gone.picture.words


def test_a_chain_that_should_decide_is_walked_even_where_another_rule_answers() -> None:
    rules = ingress(("a.com", "/x", "Prefix", "gone"), ("a.com", "/", "Prefix", "web"))
    found = explained("http://a.com/x", rules, *ready("web"))
    assert (found.controller, found.fault.link) == ("web", "Service")


def test_expected_service() -> None:
    rules = ingress(("a.com", "/x", "Prefix", "web"), ("b.com", "/", "Prefix", "web"), (*RULE[:3], "root"))
    found = explained("http://a.com/xy", rules, *ready("web", "root"), expected="web")
    assert found.text.endswith(
        "Why not web? Prefix a.com/x, Ingress i: /x ends inside a part of the path; a prefix ends at a slash."
    )
    near = explained("http://a.com/xy", rules, *ready("web", "root"), expected="wep")
    assert near.text.endswith(
        'Why not wep: there is no Service "wep" in namespace "n"; the nearest is "web" (there are: root, web).'
    )
    idle = explained("http://a.com/xy", rules, *ready("web", "root", "idle"), expected="idle")
    assert idle.text.endswith("Why not idle? The Service is there, but no rule names it. Rules name: root, web.")


def test_without_traefik_there_is_one_reading() -> None:
    found = read("http://a.com/", Objects.of([*classes(), ingress(RULE), *ready("web")]), namespace="n")
    made = written(found)
    assert made.controller == "" and "Traefik's reading" not in made.rules.columns
    assert made.outcome == "web" and "no Traefik was found" in made.text


def test_draws_and_seen_differences_are_said() -> None:
    two = (ingress(RULE, name="one"), ingress(("a.com", "/", "Prefix", "other"), name="two", class_name="nginx"))
    found = explained("http://a.com/", *two, *ready("web", "other"))
    assert found.controller == "other or web" and "order is undefined" in repr(found)
    late = explained("http://a.com/", ingress(RULE), *ready("web"), seen=Answer("http://a.com/", 404))
    assert "has the controller taken in the last change?" in late.text


def test_shown_in_a_notebook_as_text_and_as_a_page() -> None:
    found = explained("http://a.com/", ingress(RULE), *ready("web"))
    bundle = found._repr_mimebundle_()
    assert bundle["text/plain"] == repr(found) and bundle["text/html"].count("<table") == 3
    assert found.readings["answer"].tolist() == ["web", "web"]
    assert found.way["link"].tolist() == ["Ingress", "rule", "Service", "port", "EndpointSlice", "Pod"]
