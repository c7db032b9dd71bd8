"""What a change costs: reloads under load, a configuration that nginx refuses, and what people are told."""

import concurrent.futures
import http.client
import threading
import time
from collections import Counter
from collections.abc import Iterator

import pytest
from ingress_lab.lab import Lab
from labcore.clusters import Entry
from loopkube.cluster import ClusterInfo
from loopkube.node import wheels
from nginx.cases import Ask, ingress, service
from nginx.world import PATIENCE, World, application, ask

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not wheels.nginx_program(), reason="no wheel of nginx for this machine"),
]
RELOADS, CLIENTS = 10, 4


@pytest.fixture(scope="module")
def world(cluster: ClusterInfo) -> Iterator[World]:
    made = World(Lab.connect("flow-nginx-reload"))
    made.start()
    made.apply(
        [ingress("load.reload"), ingress("sticky.reload", affinity="cookie"), ingress("limited.reload", limit_rps=1)]
    )
    yield made
    made.stop()


class Load:
    """Clients that ask again and again until told to stop; each keeps its connection, as browsers do."""

    def __init__(self, nginx: Entry, host: str, keep: bool) -> None:
        self.seen: Counter = Counter()
        self._nginx, self._host, self._keep = nginx, host, keep
        self._stop = threading.Event()
        self._pool = concurrent.futures.ThreadPoolExecutor(CLIENTS)

    def __enter__(self) -> "Load":
        self._running = [self._pool.submit(self._client) for _ in range(CLIENTS)]
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for counts in self._running:
            self.seen.update(counts.result())
        self._pool.shutdown()

    def _client(self) -> Counter:
        """`closed` is a kept connection that nginx closed while a request was under way: clients ask again."""
        counts: Counter = Counter()
        connection = http.client.HTTPConnection(self._nginx.address, self._nginx.http_port, timeout=30)
        used = False
        while not self._stop.is_set():
            try:
                connection.request("GET", "/", headers={"Host": self._host})
                answer = connection.getresponse()
                answer.read()
                counts[str(answer.status)] += 1
                used = self._keep
            except (OSError, http.client.HTTPException) as error:
                closed = used and isinstance(error, (ConnectionResetError, BrokenPipeError))
                counts["closed" if closed else f"lost: {error!r}"] += 1
                used = False
            if not used:
                connection.close()
            time.sleep(0.002)
        return counts


@pytest.mark.parametrize("keep", [False, True], ids=["new connections", "kept connections"])
def test_reloads_under_load_lose_no_request(world: World, keep: bool, capsys: pytest.CaptureFixture) -> None:
    before = world.logs().count("reloaded in")
    with Load(world.nginx, "load.reload", keep) as load:
        for number in range(RELOADS):
            world.apply([ingress(f"change-{keep}-{number}.reload".lower())])
    with capsys.disabled():
        print(
            f"\n{RELOADS} reloads and more, {dict(load.seen)}, {world.logs().count('reloaded in') - before} in the log"
        )
    assert set(load.seen) <= ({"200", "closed"} if keep else {"200"})
    assert load.seen["200"] > 100


def test_a_configuration_that_nginx_refuses_changes_nothing_and_is_named(world: World) -> None:
    world.lab.apply([ingress("spoiled.reload", rewrite_target="/$nosuch")])
    wait_for(lambda: "RELOAD" in dict(world.events("spoiled.reload")), world)
    assert 'unknown "nosuch" variable' in dict(world.events("spoiled.reload"))["RELOAD"]
    assert ask(world.nginx, Ask(), "load.reload").status == 200
    world.lab.apply([ingress("later.reload")])
    wait_for(lambda: "nginx keeps its old configuration" in world.logs(), world)
    assert ask(world.nginx, Ask(), "later.reload").status == 404, "as in ingress-nginx, nothing else comes in"
    world.lab.delete("ingress/spoiled.reload")
    wait_for(lambda: ask(world.nginx, Ask(), "later.reload").status == 200, world)


def test_people_are_told_what_is_not_done(world: World) -> None:
    world.apply(
        [
            ingress("snippet.reload", configuration_snippet="return 200;"),
            ingress("typo.reload", permanent_redirec="http://x"),
            ingress("lua.reload", auth_keepalive="x", proxy_read_timeout="5s"),
            ingress("load.reload", name="thief"),
        ]
    )
    wait_for(lambda: world.events("thief") and world.events("lua.reload"), world)
    told = {name: dict(world.events(name)) for name in ("snippet.reload", "typo.reload", "lua.reload", "thief")}
    assert "Snippet directives are disabled by the Ingress administrator" in told["snippet.reload"]["Refused"]
    assert "has no annotation nginx.ingress.kubernetes.io/permanent-redirec" in told["typo.reload"]["UnknownAnnotation"]
    assert "auth-keepalive is not carried out" in told["lua.reload"]["AnnotationNotSupported"]
    assert "'5s' is invalid" in told["lua.reload"]["InvalidAnnotation"]
    assert told["thief"]["Refused"].startswith('host "load.reload" and path "/" is already defined in ingress')
    assert not world.lab.object("ingress/thief")["status"]["loadBalancer"].get("ingress")
    service = world.lab.api.request("get", "/api/v1/namespaces/real-nginx/services/real-nginx")
    shown = world.lab.object("ingress/load.reload")["status"]["loadBalancer"]["ingress"]
    assert shown == [{"ip": service["spec"]["clusterIP"]}]


def test_an_ingress_that_becomes_invalid_is_served_on_as_it_was(world: World) -> None:
    world.apply([ingress("kept.reload")])
    world.apply([ingress("kept.reload", server_alias='"; }')])
    assert ask(world.nginx, Ask(), "kept.reload").status == 200
    assert dict(world.events("kept.reload"))["Refused"].endswith("server-alias contains invalid value")


def test_over_the_limit_is_503(world: World) -> None:
    """annotations/ratelimit: 1 a second with a burst of five times as many."""
    answers = [ask(world.nginx, Ask(), "limited.reload").status for _ in range(10)]
    assert answers[:6] == [200] * 6 and 503 in answers[6:] and set(answers) == {200, 503}


def test_connections_over_the_limit_are_503(world: World) -> None:
    """annotations/limitconnections.go: should limit-connections."""
    world.apply([ingress("connections.reload", limit_connections=2)])
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        asked = [pool.submit(ask, world.nginx, Ask("/sleep/2"), "connections.reload") for _ in range(6)]
        statuses = sorted(each.result().status for each in asked)
    assert statuses == [200, 200, 503, 503, 503, 503]


def test_a_canary_of_half_the_weight_gets_about_half(world: World) -> None:
    """annotations/canary.go: should route requests split between mainline and canary if canary weight is 50."""
    main, second = service("half-main", "echo"), service("half-canary", "other")
    canary = ingress("half.reload", ("/", "half-canary"), name="half", canary="true", canary_weight="50")
    world.apply([main, second, ingress("half.reload", ("/", "half-main")), canary])
    seen = Counter(ask(world.nginx, Ask(), "half.reload").saw["service"] for _ in range(200))
    assert min(seen["echo"], seen["other"]) >= 60, seen


def test_balancing_and_affinity(world: World) -> None:
    pods = {ask(world.nginx, Ask(), "load.reload").saw["pod"] for _ in range(20)}
    assert len(pods) == 2
    for _ in range(5):
        first = ask(world.nginx, Ask(), "sticky.reload")
        cookie = (first.header("Set-Cookie") or "").partition(";")[0]
        again = {ask(world.nginx, Ask(send={"Cookie": cookie}), "sticky.reload").saw["pod"] for _ in range(5)}
        assert again == {first.saw["pod"]}


def test_pods_that_come_and_go_are_followed_without_a_lost_request(world: World) -> None:
    world.lab.apply(application("moving"))
    world.lab.wait("deployment/moving", timeout=PATIENCE)
    world.apply([ingress("moving.reload", ("/", "moving"))])
    with Load(world.nginx, "moving.reload", keep=False) as load:
        world.lab.scale("deployment/moving", 3)
        world.lab.wait("deployment/moving", timeout=PATIENCE)
        world.apply([])
        pods = {ask(world.nginx, Ask(), "moving.reload").saw["pod"] for _ in range(20)}
    assert len(pods) == 3 and set(load.seen) == {"200"}
    world.lab.scale("deployment/moving", 0)
    wait_for(lambda: ask(world.nginx, Ask(), "moving.reload").status == 503, world)


def test_addresses_go_when_nobody_serves_them_any_more(world: World) -> None:
    """UpdateStatusOnShutdown of internal/ingress/status."""
    world.system.scale("deployment/real-nginx", 0)
    wait_for(lambda: not shown(world, "load.reload"), world)
    world.system.scale("deployment/real-nginx", 1)
    wait_for(lambda: shown(world, "load.reload"), world)


def shown(world: World, name: str) -> list[dict] | None:
    return world.lab.object(f"ingress/{name}")["status"]["loadBalancer"].get("ingress")


def wait_for(condition: object, world: World) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline, world.logs()
        time.sleep(0.1)
