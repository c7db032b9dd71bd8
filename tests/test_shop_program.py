"""manifests/app/shop.py: who comes, how often, and who counts."""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

PROGRAM = Path(__file__).parent.parent / "manifests" / "app" / "shop.py"


@contextmanager
def shop(**settings: str) -> Iterator[str]:
    """The program as its manifest would run it; the value is its URL."""
    env = os.environ | {"SERVICE": "shop-svc", "POD_NAME": "shop-1", "NODE_NAME": "n1", "PORT": "0"} | settings
    process = subprocess.Popen([sys.executable, PROGRAM], env=env, stdout=subprocess.PIPE, text=True)
    try:
        yield f"http://127.0.0.1:{process.stdout.readline().split()[-1]}/"
    finally:
        process.terminate()
        assert process.wait(timeout=5) == 0
        process.stdout.close()


def host(url: str) -> str:
    return urlsplit(url).netloc


def visit(url: str, cookie: str = "") -> tuple[dict, str | None]:
    """What the shop says, and the cookie that it sets."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(url, headers={"Cookie": cookie} if cookie else {})
    with opener.open(request, timeout=5) as answer:
        return json.load(answer), answer.headers["Set-Cookie"]


def test_a_new_visitor_gets_a_cookie_and_is_known_by_it() -> None:
    with shop() as url:
        said, cookie = visit(url)
        assert (said["visits"], said["service"], said["pod"], said["node"]) == (1, "shop-svc", "shop-1", "n1")
        brought = cookie.partition(";")[0]
        assert brought.startswith("visitor=") and cookie.endswith("; Path=/; HttpOnly")
        again, second = visit(url, f"route=x; {brought}")
        assert (again["visits"], second) == (2, None)
        assert again["headers"]["Cookie"] == f"route=x; {brought}"


def test_visitors_are_counted_apart_and_probes_not_at_all() -> None:
    with shop() as url:
        assert [visit(url, f"visitor={name}")[0]["visits"] for name in ("red", "blue", "red")] == [1, 1, 2]
        assert visit(f"{url}healthz") == ({"status": "ok"}, None)


def test_with_a_store_it_keeps_nothing() -> None:
    with shop() as store, shop(STORE=host(store)) as one, shop(STORE=host(store)) as other:
        assert [visit(url, "visitor=red")[0]["visits"] for url in (one, other, one)] == [1, 2, 3]
        assert visit(store, "visitor=red")[0]["visits"] == 4
