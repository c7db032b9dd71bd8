"""What counts as a difference, and the sentences that say it."""

import json

import pytest
from labcore.language import choice
from labtools.migrate.replay import data, page, why
from labtools.migrate.replay.baseline import everywhere
from labtools.migrate.replay.comparing import Compared, Difference, compared, differences
from labtools.migrate.replay.request import Request
from labtools.migrate.replay.result import Replay
from labtools.migrate.replay.running import Played
from labtools.migrate.replay.seen import Raw, Seen, counted, steady

WEB = Seen(200, application="web", path="/a", received=(("x-scheme", "http"),))
HERE = Request("http://a.example.com/a", "the path as the rule writes it", about=("rewrite-target",))


def names(before: Seen, after: Seen, times: int = 1) -> list[str]:
    return [difference.name or difference.field for difference in differences(before, after, times)]


def sentence(before: Seen, after: Seen, request: Request = HERE) -> str:
    return str(why.why(Compared(request, before, after, tuple(differences(before, after, request.times))), "provider"))


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (WEB, []),
        (Seen(200, application="api", path="/a", received=WEB.received), ["application"]),
        (Seen(200, application="web", path="/b", received=WEB.received), ["path"]),
        (Seen(404), ["status", "application"]),
        (Seen(301, location="/a/"), ["status", "location", "application"]),
        (Seen(0, error="no answer in time"), ["error", "status", "application"]),
        (Seen(200, application="web", path="/a"), ["x-scheme"]),
    ],
)  # fmt: skip
def test_what_differs(after: Seen, expected: list[str]) -> None:
    assert names(WEB, after) == expected


def test_shares_that_lie_close_together_are_the_same() -> None:
    one, other, none = (Seen(200, counts=pairs) for pairs in (
        (("200 canary", 11), ("200 web", 29)), (("200 canary", 6), ("200 web", 34)), (("200 web", 40),),
    ))  # fmt: skip
    assert names(one, other, times=40) == []
    assert names(one, none, times=40) == ["counts"]


def test_one_pod_and_several_are_not_the_same() -> None:
    assert names(Seen(200, pods=1), Seen(200, pods=2), times=6) == ["pods"]


def test_headers_that_differ_without_any_annotation_count_for_none() -> None:
    plain = Seen(200, application="web", path="/a")
    known = everywhere([WEB], [plain])
    assert known == [Difference("received", "http", "", "x-scheme")]
    assert compared([HERE], [WEB], [plain], known)[0].same


def test_what_varies_from_one_answer_to_the_next_is_left_out() -> None:
    own = [["X-Request-ID", "7f"], ["X-Real-IP", "127.0.0.1"], ["Host", "a"], ["X-Long", "l" * 9000]]
    headers = [("Date", "now"), ("Location", "http://a.example.com:28080/x"), ("X-Own", "1")]
    headers += [("Set-Cookie", "s=1; Path=/; HttpOnly")]
    made = steady(Raw(302, headers=headers, application={"service": "web", "headers": own}), {"28080": "http"})
    assert made.location == "http://a.example.com/x"
    assert made.cookies == ("s; HttpOnly; Path=/",)
    assert made.headers == (("x-own", "1"),)
    assert made.received == (("x-real-ip", "(the client)"), ("x-request-id", "(an id)"))


def test_what_is_very_long_is_cut_and_still_compared_as_a_whole() -> None:
    one, other = (steady(Raw(200, application={"service": "web", "path": "/" + "l" * 9000 + end})) for end in "xy")
    assert len(one.path) < 200
    assert names(one, other) == ["path"]


def test_a_foreign_port_of_a_redirect_stays() -> None:
    assert steady(Raw(301, headers=[("Location", "https://a:9443/")]), {"443": "https"}).location == "https://a:9443/"


def test_answers_are_counted_by_their_outcome() -> None:
    made = counted([WEB, WEB, Seen(503)], 1)
    assert made.counts == (("200 web", 2), ("503", 1))


def test_an_answer_is_stored_and_read_again() -> None:
    for seen in (WEB, Seen(301, location="/"), counted([WEB, Seen(429)], 2)):
        assert Seen.of(json.loads(json.dumps(seen.data()))) == seen


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (Seen(301, location="/a/"), Seen(404), "nginx: 301 to /a/; provider: 404 by the proxy itself."),
        (WEB, Seen(200, application="api", path="/a"), "nginx: web /a; provider: api /a."),
        (Seen(0, error="no answer in time"), WEB, "nginx: no answer: no answer in time; provider: web /a."),
        (WEB, Seen(200, application="web", path="//a", received=WEB.received),
         "The application sees the path /a behind nginx, and //a behind provider."),
    ],
)  # fmt: skip
def test_a_sentence_says_what_both_answers_show(before: Seen, after: Seen, said: str) -> None:
    assert sentence(before, after) == f"{said} It was asked because of rewrite-target."


def replayed(*after: Seen) -> Replay:
    requests = tuple(Request(f"http://a.example.com/<b>{n}", "a <i>reason</i>") for n in range(len(after)))
    plain = (WEB, WEB)
    sides = {"nginx": Played((WEB,) * len(after), plain), "provider": Played(after, plain, ("a <u>note</u>",))}
    return Replay("shop", requests, sides)


def test_the_summary_counts_what_is_the_same() -> None:
    assert str(replayed(WEB, Seen(404), WEB)) == "2 of 3 the same"
    assert replayed(WEB).same
    assert not replayed(Seen(404)).same


def test_the_table_lists_what_differs_with_the_reason() -> None:
    (row,) = replayed(WEB, Seen(404)).table("provider").to_numpy().tolist()
    assert row == ["GET http://a.example.com/<b>1", "web /a", "404 by the proxy itself",
                   "nginx: web /a; provider: 404 by the proxy itself."]  # fmt: skip


def test_the_json_holds_every_answer() -> None:
    made = json.loads(data.as_json(replayed(WEB, Seen(404))))
    assert made["summary"] == {"provider": {"same": 1, "all": 2}}
    assert made["requests"][1]["answers"]["provider"] == {"status": 404}
    assert made["requests"][1]["differences"]["provider"]["fields"][0] == {
        "field": "status", "nginx": "200", "candidate": "404",
    }  # fmt: skip


@pytest.mark.parametrize("language", ["en", "ko"])
def test_nothing_of_an_answer_acts_in_the_page(language: str) -> None:
    before = choice.current()
    choice.choose(language)
    try:
        made = page.as_page(replayed(Seen(200, application="<script>alert(1)</script>", path="\x1b[2J/a")))
    finally:
        choice.choose(before)
    assert f'<html lang="{language}">' in made
    assert "<script" not in made
    assert "<b>" not in made
    assert "<u>note" not in made
    assert "\x1b" not in made
    assert "&lt;script&gt;" in made
