"""Real nginx under the controller of manifests/controllers/nginx answers as ingress-nginx's own end-to-end tests say.

Each case names the test of ingress-nginx v1.15.1 (test/e2e) whose assertions it repeats in words of its own.
"""

from collections.abc import Iterator

import pytest
from ingress_lab.lab import Lab
from loopkube.cluster import ClusterInfo
from loopkube.node import wheels
from nginx.access import ACCESS
from nginx.canaries import CANARIES
from nginx.cases import Ask, Case
from nginx.routing import ROUTING
from nginx.signing_in import SIGNING_IN
from nginx.traffic import TRAFFIC
from nginx.world import Answer, World, ask

CASES = [*ROUTING, *SIGNING_IN, *ACCESS, *CANARIES, *TRAFFIC]
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not wheels.nginx_program(), reason="no wheel of nginx for this machine"),
]


@pytest.fixture(scope="module")
def world(cluster: ClusterInfo) -> Iterator[World]:
    made = World(Lab.connect("flow-nginx"))
    made.start()
    made.apply([obj for case in CASES for obj in case.ingresses])
    yield made
    made.stop()


def label(case: Case) -> str:
    return case.upstream.replace("/", "_")[:80]


@pytest.mark.parametrize("case", CASES, ids=label)
def test_what_upstreams_own_test_asserts(world: World, case: Case) -> None:
    rules = [rule for obj in case.ingresses for rule in obj["spec"].get("rules", [])]
    host = rules[0].get("host", "") if rules else ""
    for one in case.asks:
        for _ in range(one.times):
            answer = ask(world.nginx, one, host)
            assert faults(one, answer) == [], f"{one.path}: {answer}"


def faults(one: Ask, answer: Answer) -> list[str]:
    """What of an answer is not as it was said."""
    found = [] if answer.status == one.status else [f"status {answer.status}, not {one.status}"]
    if one.by and answer.saw.get("service") != one.by:
        found.append(f"answered by {answer.saw.get('service')}")
    for name, value in one.saw.items():
        seen = answer.saw.get("path") if name == "path" else answer.saw.get("headers", {}).get(name)
        found += [] if seen == value else [f"the application saw {name}: {seen}"]
    for name, value in one.headers.items():
        got = answer.header(name)
        fits = (
            got is None
            if value is None
            else got is not None and (got == value[1:] if value[:1] == "=" else value in got)
        )
        found += [] if fits else [f"{name}: {got}"]
    return found
