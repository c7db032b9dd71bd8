"""What the checks of notebook 13 say when the answers are right, and the objects are not those that were asked for."""

from types import SimpleNamespace
from typing import Any

import pytest
from labexercises import notebook_13

PORTAL = {
    "http://portal.gateway.example.com/legacy": ("legacy-svc", "/"),
    "http://portal.gateway.example.com/java/list": ("java-svc", "/java/list"),
    "http://portal.gateway.example.com/javascript": ("404", ""),
}
TEAMS = {"http://guest.gateway.example.com/": ("team-svc", "/"), "http://own.gateway.example.com/": ("404", "")}


def route(name: str, host: str, parent: str) -> dict[str, Any]:
    return {"metadata": {"name": name}, "spec": {"parentRefs": [{"name": parent}], "hostnames": [host]}}


def answering(answers: dict[str, tuple[str, str]], routes: list[dict[str, Any]]) -> Any:
    def probe(urls: str | list[str]) -> list[SimpleNamespace]:
        asked = [urls] if isinstance(urls, str) else urls
        return [SimpleNamespace(url=url, outcome=answers[url][0], path=answers[url][1]) for url in asked]

    return SimpleNamespace(probe=probe, objects=lambda _kind: routes)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_13_1_asks_for_one_route(number: int) -> None:
    routes = [route(f"portal-{n}", "portal.gateway.example.com", "public") for n in range(number)]
    why = notebook_13.portal(answering(PORTAL, [*routes, route("first", "first.gateway.example.com", "public")]))
    assert why == ("" if number == 1 else "One HTTPRoute should have both rules for portal.gateway.example.com.")


@pytest.mark.parametrize(
    ("routes", "solved"),
    [
        ([route("own", "own.gateway.example.com", "teams")], True),
        ([], False),
        ([route("own", "own.gateway.example.com", "nobody")], False),
        ([route("own", "other.gateway.example.com", "teams")], False),
    ],
)
def test_13_2_is_the_work_of_the_gateway(routes: list[dict[str, Any]], solved: bool) -> None:
    assert (notebook_13.only_the_team(answering(TEAMS, routes)) == "") is solved
