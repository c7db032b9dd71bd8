"""The capstone's judge without a cluster: what is right, what counts as lost, and what is kept."""

import json
import time
from pathlib import Path

import pytest
from ingress_lab.http.answers import Answer
from labcore.clusters import Entry
from labcore.clusters.base import Access
from labcore.errors import NoCluster, Refused
from labtools.capstone import aspects, record, result, sender, shop, shown, traffic
from labtools.capstone.customer import Seen
from labtools.capstone.judging import Judgement
from labtools.capstone.record import Line
from labtools.capstone.sender import Stillness
from labtools.capstone.verdict import ASPECTS, PARTS, Verdict
from labtools.capstone.zone import Zone

WWW, ADMIN, HELP = shop.SERVED[0], shop.SERVED[-1], shop.LATE[0]
LOCKED, REDIRECT = shop.CLOSED[0], shop.REDIRECTS[2]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("INGRESS_LAB_HOME", str(tmp_path / "lab"))
    return tmp_path / "lab"


@pytest.mark.parametrize(
    ("ask", "answer", "wrong"),
    [
        (WWW, Answer(WWW.url, 200, "web-svc", path="/"), ""),
        (WWW, Answer(WWW.url, 200, "web-svc", path="//"), "web-svc, which sees the path //"),
        (WWW, Answer(WWW.url, 404), "404"),
        (WWW, Answer(WWW.url, 0, error="connection refused"), "connection refused"),
        (WWW, Answer(WWW.url, 0, layers={shop.SHOWN: {"subject": "A", "issuer": "B"}}), "the certificate A of B"),
        (LOCKED, Answer(LOCKED.url, 401), ""),
        (LOCKED, Answer(LOCKED.url, 0, error="connection refused"), ""),
        (LOCKED, Answer(LOCKED.url, 200, "admin-svc", path="/orders"), "admin-svc, which sees the path /orders"),
        (REDIRECT, Answer(REDIRECT.url, 308, headers={"Location": REDIRECT.location}), ""),
        (REDIRECT, Answer(REDIRECT.url, 301, headers={"Location": REDIRECT.location.replace(".com", ".com:443")}), ""),
        (REDIRECT, Answer(REDIRECT.url, 301, headers={"Location": "https://x/"}), "301, a redirect to https://x/"),
        (REDIRECT, Answer(REDIRECT.url, 200, "api-svc", path="/"), "api-svc, which sees the path /"),
    ],
)  # fmt: skip
def test_what_is_right(ask: shop.Ask, answer: Answer, wrong: str) -> None:
    assert ask.wrong(answer) == wrong


def line(ask: shop.Ask, at: float, status: int = 0, service: str = "-", **more: object) -> Line:
    return Line(at, ask.url, user=ask.user, status=status, service=service, path=ask.path, **more)  # type: ignore[arg-type]


def sentences(lines: list[Line]) -> list[str]:
    return [verdict.sentence for verdict in traffic.requests(traffic.read(lines)) if not verdict.right]


def test_lost_requests_are_counted_and_named_by_what_was_seen() -> None:
    lines = [line(WWW, 1, 200, "web-svc"), line(WWW, 2, 502), line(WWW, 3, 502), line(WWW, 4, 200, "web-svc")]
    found = traffic.read(lines)
    assert (found.requests, found.lost, found.seconds) == (4, 2, 3)
    (said,) = sentences(lines)
    assert said.startswith(
        "https://www.capstone.example.com/: expected web-svc, which sees the path /; got 502, 2 times"
    )


def test_what_was_refused_counts_from_its_first_answer_on() -> None:
    assert sentences([line(HELP, 1, 404), line(HELP, 2, 200, "help-svc")]) == []
    assert len(sentences([line(HELP, 1, 404), line(HELP, 2, 200, "help-svc"), line(HELP, 3, 404)])) == 1


def test_with_a_password_and_without_one_are_two_requests() -> None:
    assert sentences([line(ADMIN, 1, 200, "admin-svc"), line(LOCKED, 2, 401)]) == []
    assert len(sentences([line(ADMIN, 1, 401), line(LOCKED, 2, 200, "admin-svc")])) == 2


def test_a_basket_may_move_with_the_shop_and_not_otherwise() -> None:
    def basket(at: float, place: str, pod: str) -> Line:
        return line(shop.BASKET, at, 200, "basket-svc", place=place, nginx=place == shop.OLD_WAY, pod=pod)

    moved = [basket(1, shop.OLD_WAY, "a"), basket(2, "entry", "b"), basket(3, "entry", "b")]
    assert sentences(moved) == []
    (said,) = sentences([*moved, basket(4, "entry", "a"), basket(5, "entry", "b")])
    assert "expected the same Pod for the client with the cookie; got another one 2 times" in said


def test_bounds_are_wide_enough_for_chance_and_narrow_enough_for_none_and_all() -> None:
    least, most = aspects.bounds(aspects.DRAWN, shop.SHARE)
    assert (least, most) == (11, 52)
    assert 0 < least < aspects.DRAWN * shop.SHARE < most < aspects.DRAWN / 2


def test_a_record_is_read_as_it_was_written(home: Path) -> None:
    shown_one = {"subject": "TRAEFIK DEFAULT CERT", "issuer": "TRAEFIK DEFAULT CERT"}
    lost = Answer(WWW.url, 0, error="certificate: self-signed certificate", layers={shop.SHOWN: shown_one})
    kept = record.Record()
    kept.begin()
    kept.add(1.5, WWW, Seen(lost, "entry"))
    kept.add(2.5, REDIRECT, Seen(Answer(REDIRECT.url, 308, headers={"Location": REDIRECT.location}), "entry"))
    path = home / "capstone" / "record.jsonl"
    path.write_text(f'{path.read_text()}[1]\n{{"at": 3, "url": "x", "who": 1}}\n{{"at": 4, "ur')
    lines = list(kept.lines())
    assert [line.at for line in lines] == [1.5, 2.5]
    assert WWW.wrong(lines[0].answer) == "the certificate TRAEFIK DEFAULT CERT of TRAEFIK DEFAULT CERT"
    assert REDIRECT.wrong(lines[1].answer) == ""
    assert path.stat().st_mode & 0o077 == 0


class Objects:
    """An API of a ConfigMap and Services."""

    def __init__(self) -> None:
        self.names = {f"www.{shop.DOMAIN}": shop.OLD_WAY}
        self.services = {"/api/v1/namespaces/real-nginx/services/real-nginx": "127.0.0.9"}

    def request(self, method: str, path: str) -> dict:
        if "/configmaps/" in path:
            return {"data": dict(self.names)}
        if path not in self.services:
            raise Refused("not found", code=404)
        return {"spec": {"clusterIP": self.services[path]}}


def test_a_name_is_kept_for_its_time_to_live() -> None:
    objects, now = Objects(), [10.0]
    zone = Zone(objects, Access("local", None, None, Entry("127.0.0.1")), "capstone", 3, lambda: now[0])  # type: ignore[arg-type]
    place, entry = zone.look_up(f"www.{shop.DOMAIN}")
    assert (
        place == shop.OLD_WAY and entry and (entry.address, entry.http_port, entry.https_port) == ("127.0.0.9", 80, 443)
    )
    objects.names[f"www.{shop.DOMAIN}"] = "entry"
    objects.services.clear()
    now[0] = 12.9
    assert zone.look_up(f"www.{shop.DOMAIN}") == (place, entry)
    now[0] = 13.1
    assert zone.look_up(f"www.{shop.DOMAIN}") == ("entry", Entry("127.0.0.1"))
    assert zone.look_up(f"nobody.{shop.DOMAIN}")[0] == "entry"
    objects.names[f"api.{shop.DOMAIN}"] = shop.OLD_WAY
    assert zone.look_up(f"api.{shop.DOMAIN}") == (shop.OLD_WAY, None)


def test_time_in_which_the_process_stood_still_is_no_evidence() -> None:
    stillness = Stillness()
    begun = time.time()
    assert not stillness.since(begun)
    stillness._last = begun - 60
    stillness._look()
    assert stillness.since(begun)
    assert not stillness.since(time.time() + 1)


def test_a_pass_is_kept_until_somebody_begins_anew(home: Path) -> None:
    assert result.read() is None
    result.Result(right=3, checks=9).remember()
    result.Result(5.0, 100, 0, 30.0, 9, 9, ("entry",)).remember()
    result.Result(right=2, checks=9).remember()
    assert result.read() == result.Result(5.0, 100, 0, 30.0, 9, 9, ("entry",))
    result.forget()
    assert result.read() is None
    for text in ("", "[]", "{}", json.dumps({"passed": "now"})):
        (home / "capstone" / "result.json").write_text(text)
        assert result.read() is None


def test_each_aspect_is_shown_with_what_was_seen() -> None:
    verdicts = [Verdict("routes", WWW.url, WWW.expected, "404"), Verdict("redirects", REDIRECT.url, "", "")]
    said = [str(words) for words in shown.judgement(Judgement(verdicts, traffic.Traffic(), "move"))]
    assert f"✗ {'routes and paths':28}  0 of 1" in said
    assert "    https://www.capstone.example.com/: expected web-svc, which sees the path /; got 404" in said
    assert f"✓ {'redirects to HTTPS':28}  1 of 1" in said
    assert said[-1] == "Not finished yet: 1 of 2 things are not as expected."


def test_the_parts_are_aspects() -> None:
    assert {aspect for part in PARTS.values() for aspect in part} == set(ASPECTS)
    assert set(PARTS["manifests"]) < set(PARTS["move"]) < set(PARTS["closing"])


class Gone:
    """A zone that cannot be asked, for one reason or another."""

    cluster = "local"

    def __init__(self, error: Exception) -> None:
        self.error, self.asked = error, 0

    def look_up(self, host: str) -> None:
        self.asked += 1
        raise self.error


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender, "PACE", 0.01)
    monkeypatch.setattr(Stillness, "TICK", 0.01)


@pytest.mark.usefixtures("impatient")
def test_the_clients_end_with_the_shop() -> None:
    record.folder()
    begun = time.monotonic()
    sender.Sending(Gone(Refused("no dns", code=404)), record.Record()).run(20)  # type: ignore[arg-type]
    assert time.monotonic() - begun < 10


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("runs", [True, False])
def test_the_clients_end_with_the_cluster_and_not_because_it_is_slow(
    monkeypatch: pytest.MonkeyPatch, runs: bool
) -> None:
    record.folder()
    monkeypatch.setattr(sender.Sending, "_runs", lambda self: runs)
    zone, begun = Gone(NoCluster("no answer in time")), time.monotonic()
    sender.Sending(zone, record.Record()).run(0.5 if runs else 20)  # type: ignore[arg-type]
    assert time.monotonic() - begun < 10
    assert zone.asked > 20 if runs else zone.asked >= sender.GONE
