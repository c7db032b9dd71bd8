"""The URL explorer against the real programs: Traefik's provider for Ingresses, and nginx under our controller."""

import http.client
import json
import time
from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest
from ingress_lab.ingress import controller_flags
from ingress_lab.lab import Lab
from labtools.traefik.objects import Objects
from labtools.urls import plain, typed
from labtools.urls.plain import DEFAULT, Line
from labtools.urls.readers import Rules, as_of_one_class
from labtools.urls.typed import Typed
from loopkube.cluster import ClusterInfo
from loopkube.node import wheels
from nginx.world import World
from one_pod import SERVICES, application
from url_rules import anywhere, is_taken, lines, url

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not wheels.nginx_program(), reason="no wheel of nginx for this machine"),
]
SEED, SETS, URLS = 11, 120, 2_400
CLASSES = ("traefik", "real-nginx")


def rule_sets() -> tuple[list[Line], list[Line], list[Typed]]:
    """Older rules, younger ones, and URLs near them: each set has hosts of its own.

    A fifth has Ingresses of its own, as the younger one may be refused for a path that the older has. The others share
    a few, so that Traefik and nginx have few objects to read.
    """
    older, younger, urls = [Line("rest", "", DEFAULT, "", "s5")], [], []
    for number in range(SETS):
        random, domain = Random(f"{SEED}/{number}"), f"s{number}.test"
        alone = number % 5 == 0
        first = lines(random, domain, f"old-{number}" if alone else f"shared-{number % 4}", default=alone)
        second = lines(random, domain, f"young-{number}") if alone else []
        if random.random() < 0.3:
            first.append(anywhere(random, first[0].ingress, f"/set-{number}"))
        while is_taken(first + second):
            first.pop() if len(first) > 1 else second.pop()
        older, younger = older + first, younger + second
        urls += [typed.read(url(random, first + second, domain)) for _ in range(URLS // SETS)]
    return older, younger, urls


class Asking:
    """GETs over one connection, the Host header and the path as they are typed; who answers, by name or status."""

    def __init__(self, address: str, port: int) -> None:
        self._connection = http.client.HTTPConnection(address, port, timeout=10)

    def who(self, one: Typed) -> str:
        """Asked once more where the connection was closed meanwhile: an idle one is, after a while."""
        try:
            return self._who(one)
        except (http.client.RemoteDisconnected, ConnectionError):
            self._connection.close()
            return self._who(one)

    def _who(self, one: Typed) -> str:
        self._connection.putrequest("GET", one.target.partition("#")[0], skip_host=True, skip_accept_encoding=True)
        self._connection.putheader("Host", one.host)
        self._connection.endheaders()
        answer = self._connection.getresponse()
        text = answer.read()
        told = answer.status == 200 and text.startswith(b"{")
        return json.loads(text)["service"] if told else str(answer.status)


@pytest.fixture(scope="module")
def world(cluster: ClusterInfo) -> Iterator[World]:
    made = World(Lab.connect("flow-urls"))
    made.start_controller()
    made.lab.apply(application())
    made.lab.wait("pod/all")
    yield made
    made.stop()


def applied(world: World) -> list[Typed]:
    older, younger, urls = rule_sets()
    began = time.time()
    for some in (older, younger):
        time.sleep(max(0.0, int(began) + 1 - time.time()))  # the API tells ages in seconds
        for class_name in CLASSES:
            world.lab.apply([of_class(ingress, class_name) for ingress in plain.objects(some).ingresses])
        began = time.time()
    world.apply([])
    world.lab.settle(30)
    return urls


def of_class(ingress: dict, class_name: str) -> dict:
    name = ingress["metadata"]["name"] + ("-n" if class_name == "real-nginx" else "")
    return ingress | {"metadata": {"name": name}, "spec": ingress["spec"] | {"ingressClassName": class_name}}


def rules(world: World, class_name: str) -> Rules:
    found = Objects.read(world.lab.api)
    chosen = tuple(one for one in found.ingresses if one["spec"].get("ingressClassName") == class_name)
    return Rules(as_of_one_class(Objects(chosen, (), found.services, found.slices)), controller_flags.of_manifests())


def test_the_readings_agree_with_both_programs(
    cluster: ClusterInfo, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    urls = applied(world)
    of_traefik, of_nginx = (rules(world, name) for name in CLASSES)
    traefik, nginx = Asking("127.0.0.1", cluster.http_port), Asking(world.nginx.address, world.nginx.http_port)
    wrong, seen, differ = [], Counter(), 0
    for one in urls:
        by_traefik, by_nginx = of_traefik.traefik(one), of_nginx.nginx(one)
        told = traefik.who(one), nginx.who(one)
        seen.update(told)
        differ += told[0] != told[1]
        if told[0] not in by_traefik.outcomes:
            wrong.append(f"Traefik {one.url}: {told[0]}, not {sorted(by_traefik.outcomes)}")
        if told[1] != by_nginx.outcome:
            wrong.append(f"nginx {one.url}: {told[1]}, not {by_nginx.outcome}")
    with capsys.disabled():
        print(f"\n  both readings agree with the programs on {len(urls)} URLs; the programs differ on {differ} of them")
        print(f"  (seen: {dict(seen.most_common())})")
    assert wrong == []
    assert len(urls) >= 2_000 and differ > len(urls) / 4
    assert {*SERVICES, "200", "301", "400", "404"} <= seen.keys()
