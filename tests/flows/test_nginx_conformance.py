"""How many of the 30 scenarios of the public Ingress conformance features real nginx passes, under our controller.

Like the public runner, a redirect is followed, to its scheme, host and path.
"""

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

import pytest
from ingress_lab.http import answers
from ingress_lab.lab import Lab
from labtools.conformance.scenarios import DEFAULT
from labtools.conformance.scoring import Scoring
from loopkube.cluster import ClusterInfo
from loopkube.node import wheels
from nginx.cases import Ask
from nginx.world import Answer, World, ask

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not wheels.nginx_program(), reason="no wheel of nginx for this machine"),
]
WITHOUT_SERVER = {f"{method} {place} (default backend)" for method, place in DEFAULT}
"""They ask for a header `Server`, which the template removes from every answer (server-tokens is off by default)."""

REDIRECTED = {"trailing-slash-path-rules/foo"}
"""An Exact path `/foo/`, asked for as `/foo`: nginx itself answers 301 with the slash, as for every path that is handed
on and ends with one (ngx_http_proxy_module, `auto_redirect`)."""


@pytest.fixture(scope="module")
def world(cluster: ClusterInfo) -> Iterator[World]:
    made = World(Lab.connect("flow-nginx-conformance"))
    made.start_controller()
    yield made
    made.stop()


def followed(world: World, one: Ask, host: str) -> tuple[Answer, str]:
    """The answer, and the URL that was asked last."""
    answer = ask(world.nginx, one, host)
    if answer.status in (301, 302, 303, 307, 308):
        target = urlsplit(answer.header("Location") or "")
        again = Ask(target.path or "/", method=one.method, https=target.scheme == "https")
        return followed(world, again, target.hostname or "")
    return answer, f"{'https' if one.https else 'http'}://{host}{one.path}"


def as_answer(world: World, url: str, method: str) -> answers.Answer:
    parts = urlsplit(url)
    asked = Ask(parts.path, method=method, https=parts.scheme == "https")
    got, last = followed(world, asked, parts.hostname or "")
    words = {name: got.saw.get(name, "") for name in ("pod", "path", "host")}
    return answers.Answer(
        last, got.status, service=got.saw.get("service", answers.NOBODY), headers=dict(got.headers), **words
    )


def test_how_many_of_the_30_scenarios_pass(world: World) -> None:
    def send(urls: Sequence[str], method: str) -> answers.Answers:
        return answers.Answers([as_answer(world, url, method) for url in urls])

    scoring = Scoring(world.lab, "real-nginx", send)
    scoring.prepare()
    score = scoring.run()
    assert set(score.failed) == WITHOUT_SERVER | REDIRECTED, score.failed
    assert str(score) == "23 of 30"
