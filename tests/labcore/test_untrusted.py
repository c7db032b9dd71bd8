"""One hostile text through everything that makes HTML, SVG, Markdown or text: it is shown, and nobody obeys it.

What makes them is found by looking: a new class that notebooks display, or a new function that gives a Picture, has
to join the tables below.
"""

import importlib
import inspect
import json
import pkgutil
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from types import SimpleNamespace

import ingress_lab
import labcore
import labexercises
import labtools
import mistune
import pytest
import yaml
from cluster_objects import ingress
from ingress_lab import manifests, pictures
from ingress_lab.display import tables
from ingress_lab.display.tables import plain_table
from ingress_lab.http.answers import Answer, Answers
from ingress_lab.ingress.route_map import routing_map_of
from ingress_lab.ingress.rules import Rule
from ingress_lab.ingress.service_map import ServiceMap
from ingress_lab.lessons.certificates.issuing import authority
from ingress_lab.lessons.exercises.exercise import Result, Words
from ingress_lab.lessons.predictions import predict
from ingress_lab.lessons.standing import Standing
from ingress_lab.pictures import Hop, Node, Picture
from ingress_lab.pictures.nodes import draw_node_map
from ingress_lab.pictures.service import draw_service_map
from labcore.errors import LabError
from labcore.language.messages import phrase
from labcore.language.untrusted import fenced, shortened, visible
from labcore.machine.terminal import guarded
from labcore.pictures.curve import draw_latencies
from labcore.pictures.decisions import Question, decisions
from labcore.pictures.journey import Journey, Leg, Stop, draw_journeys
from labcore.pictures.lanes import Lane, draw_lanes
from labcore.pictures.loop import loop
from labcore.pictures.sequence import Message, sequence
from labcore.pictures.swimlanes import Lane as Swimlane
from labcore.pictures.swimlanes import draw_swimlanes
from labcore.pictures.timeline import draw_loss_timeline
from labtools import cli
from labtools.commands.steps import Steps
from labtools.explain.chain import Chain, Link
from labtools.explain.explanation import Explanation
from labtools.migrate.replay.request import Request
from labtools.migrate.replay.result import Replay
from labtools.migrate.replay.running import Played
from labtools.migrate.replay.seen import Seen
from labtools.timeline.reading import LANES, Mark
from labtools.timeline.timeline import Timeline
from labtools.trace import trace
from labtools.trace.sending import Sent
from labtools.traefik.ingress_paths import Claim
from labtools.urls.exploration import Exploration
from labtools.urls.readers import NAMES, Read
from labtools.urls.typed import Typed

MARKUP = "/\"><img src=x onerror=alert(1)>&{{7*7}}</script></pre>]]>'` "
CONTROLS = "\x1b]52;c;aGk=\x07\x1b[2J\x9b31m\r\b\x00\x85\u202e\u2066\u2028\ud800\ufffe\U000e0041"
HOSTILE = f"{MARKUP}{CONTROLS}END{'x' * 3000}"
FENCES = f"{HOSTILE}\n```\n<img src=x onerror=alert(1)>\n````\n{HOSTILE}"
METHODS = ("_repr_mimebundle_", "_repr_html_", "_repr_markdown_", "_repr_svg_", "_repr_pretty_")
TAGS = {"span", "p", "br", "strong", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "pre", "code"}
SHAPES = {"svg", "circle", "defs", "style", "rect", "text", "tspan", "path", "line", "title", "g"}


def lab_of(**found: list) -> SimpleNamespace:
    """Enough of a Lab for the pictures that read objects."""
    aliases = SimpleNamespace(of=str, of_object=lambda obj, kind: obj["metadata"]["name"])
    api = SimpleNamespace(
        find=lambda *_: None,
        resources=lambda: SimpleNamespace(named=lambda name: name),
        list=lambda name, *_, **__: {"items": found[name]},
    )
    return SimpleNamespace(
        namespace=HOSTILE, aliases=aliases, api=api, objects=lambda kind: found[kind], cluster="local"
    )


def node_lab() -> SimpleNamespace:
    node = {
        "metadata": {"name": HOSTILE, "labels": {"ingress-ready": HOSTILE, f"node-role.kubernetes.io/{HOSTILE}": ""}},
        "spec": {"taints": [{"key": HOSTILE, "effect": HOSTILE}]},
    }
    pod = {"metadata": {"name": HOSTILE, "namespace": "n"}, "spec": {"nodeName": HOSTILE, "containers": []}}
    return lab_of(nodes=[node], pods=[pod], namespaces=[])


def rule(name: str) -> dict:
    return ingress((HOSTILE, HOSTILE, HOSTILE, HOSTILE), name=name, annotations={HOSTILE: HOSTILE})


def cluster_file(tmp_path) -> str:
    node = {"role": HOSTILE, "labels": {HOSTILE: HOSTILE}, "extraPortMappings": [{"hostPort": HOSTILE}]}
    path = tmp_path / "c.yaml"
    path.write_text(yaml.safe_dump({"apiVersion": "a", "kind": "Cluster", "name": HOSTILE, "nodes": [node]}))
    return str(path)


def load_file(tmp_path) -> str:
    path = tmp_path / "load.json"
    load = {"url": f"http://{HOSTILE}/{HOSTILE}", "requests": [[0.0, 0.1, 0.2, 200], [0.1, 0.1, 0.2, 502]]}
    path.write_text(json.dumps({"loads": [load], "commands": [{"command": HOSTILE, "begin": 0.1}]}))
    return str(path)


def explanation() -> Explanation:
    chain = Chain(None, [Link("Rule", HOSTILE, "broken", HOSTILE), Link("Pod", HOSTILE)])
    rows = [dict.fromkeys(("host", "path", "path_type", "service", "ingress", "api", "controller"), HOSTILE)]
    return Explanation(HOSTILE, HOSTILE, HOSTILE, None, [HOSTILE, HOSTILE], chain, rule_rows=rows, note=HOSTILE)


def asker() -> SimpleNamespace:
    line = '{"begin": 0.0, "end": 0.1, "status": 0}'
    return SimpleNamespace(logs=lambda pod, tail: {"line": [line, line]})


def old_ingress() -> str:
    rules = [{"host": HOSTILE, "http": {"paths": [{"path": HOSTILE, "backend": {"serviceName": HOSTILE}}]}}]
    meta = {"name": HOSTILE, "annotations": {"kubernetes.io/ingress.class": HOSTILE}}
    return yaml.safe_dump(
        {"apiVersion": "extensions/v1beta1", "kind": "Ingress", "metadata": meta, "spec": {"rules": rules}}
    )


def replayed() -> Replay:
    played = [Played((Seen(200, application=HOSTILE, path=HOSTILE, location=HOSTILE),), ()), Played((Seen(404),), ())]
    request = Request(f"http://{HOSTILE}", HOSTILE, headers=((HOSTILE, HOSTILE),))
    return Replay(HOSTILE, (request,), dict(zip(("nginx", HOSTILE), played, strict=True)))


def followed() -> trace.Trace:
    names = dict.fromkeys(("controller", "node", "router", "rule", "behind", "address", "chosen", "service"), HOSTILE)
    sent = Sent(0.0, answered=2.0, source=HOSTILE, target=HOSTILE, status=200)
    legs = (Leg(HOSTILE, 1.0, (0, 1), 0),)
    return trace.Trace(
        f"http://{HOSTILE}", sent, **names, pod=HOSTILE, pod_node=HOSTILE, middlewares=(HOSTILE,), legs=legs, port=80
    )


def changed() -> Timeline:
    made = Timeline(SimpleNamespace(api=None, namespace=HOSTILE, entry=None))
    made.marks = [Mark(lane, number / 10, HOSTILE, (HOSTILE, "b")) for number, lane in enumerate(LANES)]
    return made


def explored() -> Exploration:
    claim = Claim(Rule(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE), {}, 0, 0, {})
    read = Read(next(iter(NAMES)), HOSTILE, HOSTILE, frozenset({HOSTILE}), HOSTILE, (True,), (True,), (HOSTILE,))
    return Exploration(Typed("http", HOSTILE, HOSTILE), (claim,), (read,))


SHOWN = {  # what a notebook displays → one made of the hostile text
    tables.Table: lambda: plain_table([[HOSTILE, 1], [FENCES, None]], [HOSTILE, "b"], HOSTILE),
    Picture: lambda: pictures.hops(HOSTILE, [Hop(HOSTILE, HOSTILE, "broken", HOSTILE)]),
    Explanation: explanation,
    Result: lambda: Result(HOSTILE, False, HOSTILE),
    Words: lambda: Words(fenced(FENCES, "yaml")),
    type(predict([])): lambda: predict({HOSTILE: HOSTILE + "b"}, options=[HOSTILE, "a"]),
    Standing: lambda: Standing(HOSTILE, 1, 2, 3, 2, 1),
    Answers: lambda: Answers([Answer(HOSTILE, 200, HOSTILE, HOSTILE, error=HOSTILE, headers={"Location": HOSTILE})]),
    type(manifests.compare("\n", "\n")): lambda: manifests.compare(FENCES, f"a\n{FENCES}", left=HOSTILE),
    manifests.Varied: lambda: manifests.Varied(FENCES),
    manifests.HttpRoutes: lambda: manifests.httproutes([{"apiVersion": "networking.k8s.io/v1", **rule("i")}]),
    manifests.Upgrade: lambda: manifests.upgrade(old_ingress()),
    Replay: lambda: replayed(),
    trace.Trace: followed,
    Timeline: changed,
    Exploration: explored,
}
DRAWN = {  # every function that gives a Picture → one call with the hostile text
    "packet_path": lambda tmp_path: pictures.packet_path(HOSTILE, HOSTILE, HOSTILE, HOSTILE),
    "tls_handshake": lambda tmp_path: pictures.tls_handshake(HOSTILE, HOSTILE),
    "one_request": lambda tmp_path: pictures.one_request(HOSTILE, HOSTILE),
    "sequence": lambda tmp_path: sequence(HOSTILE, [HOSTILE, "b"], [Message(0, 1, HOSTILE), Message(1, 1, HOSTILE)]),
    "decisions": lambda tmp_path: decisions(HOSTILE, [Question(HOSTILE, [(HOSTILE, HOSTILE)], HOSTILE)] * 2),
    "draw_journeys": lambda tmp_path: draw_journeys([Journey(HOSTILE, (Stop(HOSTILE, (HOSTILE,)),), ())], HOSTILE),
    "_drawn": lambda tmp_path: trace._drawn([followed()]),
    "draw_swimlanes": lambda tmp_path: draw_swimlanes(HOSTILE, [Swimlane(HOSTILE, ((0.1, HOSTILE),))]),
    "loop": lambda tmp_path: loop(HOSTILE, [(HOSTILE, HOSTILE)] * 2, HOSTILE),
    "draw_loss_timeline": lambda tmp_path: draw_loss_timeline(HOSTILE, [(0.0, True), (1.0, False)], {HOSTILE: 0.5}),
    "loss_timeline": lambda tmp_path: pictures.loss_timeline(asker(), HOSTILE, {HOSTILE: 0.5}),
    "draw_lanes": lambda tmp_path: draw_lanes(HOSTILE, [Lane(HOSTILE, [(0.1, 200), (0.2, 0)])], [(HOSTILE, 0.5)]),
    "load_timeline": lambda tmp_path: pictures.load_timeline(load_file(tmp_path)),
    "draw_latencies": lambda tmp_path: draw_latencies(HOSTILE, {HOSTILE: [1.0, 2.0]}),
    "latencies": lambda tmp_path: pictures.latencies(load_file(tmp_path)),
    "hops": lambda tmp_path: SHOWN[Picture](),
    "bars": lambda tmp_path: pictures.bars({HOSTILE: 3, "b": 0}, HOSTILE),
    "distribution": lambda tmp_path: pictures.distribution(SHOWN[Answers]()),
    "certificate_chain": lambda tmp_path: pictures.certificate_chain(HOSTILE, [(HOSTILE, HOSTILE, False)] * 3),
    "draw_node_map": lambda tmp_path: draw_node_map(HOSTILE, [Node(HOSTILE, HOSTILE, [HOSTILE], [HOSTILE], False)]),
    "node_map": lambda tmp_path: pictures.node_map(node_lab()),
    "node_map_of": lambda tmp_path: pictures.node_map_of(cluster_file(tmp_path)),
    "draw_routing_map": lambda tmp_path: pictures.draw_routing_map(
        routing_map_of(HOSTILE, [rule(HOSTILE)], {HOSTILE}, {HOSTILE: (HOSTILE, HOSTILE)})
    ),
    "routing_map": lambda tmp_path: pictures.routing_map(
        lab_of(
            pods=[],
            services=[{"metadata": {"name": HOSTILE}}],
            endpointslices=[],
            ingresses=[rule(HOSTILE)],
            ingressclasses=[{"metadata": {"name": HOSTILE}, "spec": {"controller": HOSTILE}}],
        )
    ),
    "draw_service_map": lambda tmp_path: draw_service_map(
        ServiceMap(HOSTILE, HOSTILE, HOSTILE, ((HOSTILE, HOSTILE), (HOSTILE, "x")))
    ),
}
OF_NOTHING = {"diagnosis", "layers_4_and_7", "reconcile_loop"}
"""Functions that draw no text from elsewhere."""
MODULES = [
    importlib.import_module(found.name)
    for package in (labcore, ingress_lab, labexercises, labtools)
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if not found.name.endswith("__main__")
]


def classes() -> set[type]:
    """Those that a notebook displays in a way of their own."""
    found = {c for m in MODULES for c in vars(m).values() if isinstance(c, type) and c.__module__ == m.__name__}
    return {c for c in found if any(m in vars(c) for m in METHODS[:4])}


class Page(HTMLParser):
    """What a browser would make of a piece of HTML."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.words = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data):
        self.words += data


def check_html(page: str) -> None:
    read = Page(page)
    assert read.tags <= TAGS and read.attributes <= {"class", "style", "border", "title"}
    assert MARKUP.strip() in read.words or "alert(1)" in read.words
    assert visible(page) == page


def check_svg(page: str) -> None:
    root = ElementTree.fromstring(page)
    assert {e.tag.rpartition("}")[2] for e in root.iter()} <= SHAPES
    assert not [name for e in root.iter() for name in e.attrib if name.startswith("on") or "href" in name]
    assert visible(page) == page and "alert(1)" in (root.get("aria-label") or "")


def check_markdown(page: str) -> None:
    found = mistune.create_markdown(renderer=None)(page)
    assert {token["type"] for token in found} <= {"block_code", "blank_line"}, found
    assert visible(page) == page


CHECKS = {"text/html": check_html, "image/svg+xml": check_svg, "text/markdown": check_markdown}


def check(shown: object) -> None:
    bundle = getattr(shown, "_repr_mimebundle_", dict)()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    for kind, words in data.items():
        if kind == "text/plain":
            assert visible(words) == words
        elif kind in CHECKS:
            CHECKS[kind](words)
        else:
            assert kind.endswith("+json"), f"who checks {kind}?"
    if hasattr(shown, "_repr_html_"):
        check_html(shown._repr_html_())
    assert visible(repr(shown)) == repr(shown)


def test_everything_that_a_notebook_displays_is_in_the_table() -> None:
    assert classes() == set(SHOWN)


def test_every_function_that_draws_is_in_the_table() -> None:
    found = {
        name
        for module in MODULES
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if str(function.__annotations__.get("return", "")).strip("'\"").rpartition(".")[2].strip("'>") == "Picture"
        and function.__module__ == module.__name__
        and "drawing" not in function.__annotations__
    }
    assert found == set(DRAWN) | OF_NOTHING


@pytest.mark.parametrize("kind", SHOWN, ids=lambda kind: kind.__name__)
def test_what_is_displayed_shows_hostile_text_as_text(kind: type) -> None:
    shown = SHOWN[kind]()
    assert isinstance(shown, kind)
    check(shown)
    if kind not in (manifests.Varied,):  # its str() is the manifest itself, for a file
        assert visible(str(shown)) == str(shown)


@pytest.mark.parametrize("name", DRAWN)
def test_a_drawing_shows_hostile_text_as_text(name: str, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingress_lab.kube.controller.visible_pods", lambda api: [])
    drawn = DRAWN[name](tmp_path)
    check(drawn)
    assert "alert(1)" in drawn.words


def test_a_picture_of_an_explanation() -> None:
    check(explanation().picture)


@pytest.mark.parametrize("subject", ["../../x", "/etc/x", "..", ".hidden", "a/b\n", "-rf"])
def test_a_name_from_elsewhere_names_a_file_in_its_folder(subject: str, tmp_path) -> None:
    saved = authority(subject).certificate.save(tmp_path / "here")
    assert saved.parent == tmp_path / "here" and saved.is_file() and saved.name[0] not in ".-"
    assert [p.name for p in tmp_path.iterdir()] == ["here"]


def test_visible_shows_what_a_terminal_obeys_and_leaves_the_rest() -> None:
    assert visible("a\x1b[31mb\r\n\x9b\u202e\t한글 é 👩\u200d🚀") == "a\\x1b[31mb\n\\x9b\\u202e\t한글 é 👩\u200d🚀"
    assert visible(CONTROLS).isprintable() and visible(CONTROLS).isascii()


def test_an_error_shows_hostile_text() -> None:
    error = LabError(phrase("no {name}", name=CONTROLS))
    assert visible(str(error)) == str(error)
    assert visible(error._render_traceback_()[0]) == error._render_traceback_()[0]


def test_nothing_that_lab_prints_reaches_a_terminal_raw(capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(chosen: object) -> int:
        import sys

        print(CONTROLS)
        print(CONTROLS, file=sys.stderr)
        with Steps() as steps:
            steps.next(CONTROLS)
        raise LabError(CONTROLS)

    monkeypatch.setattr("labtools.commands.doctor.run", run)
    assert cli.main(["doctor"]) == 1
    shown = capsys.readouterr()
    for words in (shown.out, shown.err):
        assert visible(words) == words and "\\x1b]52;c;aGk=\\x07" in words


def test_on_a_terminal_only_the_labs_own_step_goes_back_to_the_start_of_its_line(capsys, monkeypatch) -> None:
    import sys

    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    with guarded(), Steps() as steps:
        steps.next(f"step{CONTROLS}")
    first, _, rest = capsys.readouterr().out.partition("\r")
    assert visible(first) == first and visible(rest) == rest and "step" in rest


def test_nothing_is_written_that_nobody_sees_or_that_covers_others() -> None:
    assert visible("\u3164\u115f\xad") == r"\u3164\u115f\xad"
    assert visible("e\u0301, a\u0323\u0302") == "e\u0301, a\u0323\u0302", "accents of a language stay"
    assert (
        visible("Z" + "\u0301" * 50).count("\u0301") == 4
        and visible("가각힣 👩\u200d👦 ไทย้") == "가각힣 👩\u200d👦 ไทย้"
    )


def test_a_word_longer_than_a_path_is_shortened() -> None:
    assert shortened("a " + "x" * 4096 + " b") == "a " + "x" * 100 + "... b"
    assert shortened("/" + "d/" * 2000) == "/" + "d/" * 2000
