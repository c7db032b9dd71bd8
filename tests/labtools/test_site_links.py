"""The site as built: every link within it leads somewhere, and nothing is asked of another host."""

import json
import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup
from labtools.authoring.site import build

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("site")]
LOADED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "object": "data"}
LOADING_LINKS = {"stylesheet", "preload", "icon", "preconnect", "dns-prefetch", "modulepreload"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setenv("INGRESS_LAB_LANG", "en")  # the build speaks each language in turn
    yield build.build(tmp_path_factory.mktemp("built") / "site").parent
    monkeypatch.undo()


@cache
def parsed(page: Path) -> BeautifulSoup:
    return BeautifulSoup(page.read_text("utf-8"), "html.parser")


def anchors(page: Path) -> set[str]:
    return {str(found["id"]) for found in parsed(page).find_all(id=True)}


def pages(site: Path) -> list[Path]:
    """All but the report's, where a learner's words may stand, and templates of the theme."""
    inside = {page: page.relative_to(site).parts for page in sorted(site.rglob("*.html"))}
    return [page for page, parts in inside.items() if "report" not in parts and "_static" not in parts]


def targets(page: Path) -> list[str]:
    soup = parsed(page)
    found = [str(tag["href"]) for tag in soup.find_all(["a", "link"], href=True)]
    return found + [str(tag[name]) for kind, name in LOADED.items() for tag in soup.find_all(kind, attrs={name: True})]


def broken(page: Path) -> list[str]:
    """Links within the site that lead to no file, or to no place in it."""
    bad = []
    for target in targets(page):
        parts = urlsplit(target)
        if parts.scheme or parts.netloc:
            continue
        there = (page.parent / unquote(parts.path)).resolve() if parts.path else page
        anchor = unquote(parts.fragment)
        if not there.is_file() or (anchor and there.suffix == ".html" and anchor not in anchors(there)):
            bad.append(target)
    return bad


def test_links_within_the_site_lead_somewhere(site: Path) -> None:
    all_pages = pages(site)
    assert len(all_pages) > 50
    assert {str(page.relative_to(site)): found for page in all_pages if (found := broken(page))} == {}


def test_a_link_that_leads_nowhere_is_found(site: Path) -> None:
    page = site / "en" / "index.html"
    assert not broken(page)
    page.write_text(page.read_text("utf-8").replace('href="docs/glossary.html"', 'href="docs/no.html#x"'), "utf-8")
    parsed.cache_clear()
    assert "docs/no.html#x" in broken(page)


def test_nothing_is_asked_of_another_host(site: Path) -> None:
    asked = []
    for page in pages(site):
        soup = parsed(page)
        loaded = [str(tag[name]) for kind, name in LOADED.items() for tag in soup.find_all(kind, attrs={name: True})]
        links = [str(tag["href"]) for tag in soup.find_all("link", href=True) if LOADING_LINKS & set(tag["rel"])]
        asked += [target for target in loaded + links if urlsplit(target).netloc]
    for style in site.rglob("*.css"):
        asked += re.findall(r"url\([\"']?((?:https?:)?//[^)]+)\)|@import [\"']https?://", style.read_text("utf-8"))
    assert asked == []


def numbers(terms: dict[str, int | list[int]], word: str) -> set[int]:
    """The pages that a word is on; a single one is written without a list."""
    found = terms.get(word, [])
    return set(found) if isinstance(found, list) else {found}


@pytest.mark.parametrize(("of", "words"), [("ko", ["세션", "어피니티"]), ("en", ["sticki", "session"])])
def test_search_finds_sticky_sessions(site: Path, of: str, words: list[str]) -> None:
    written = (site / of / "searchindex.js").read_text("utf-8")
    index = json.loads(written.removeprefix("Search.setIndex(").removesuffix(")"))
    found = [numbers(index["terms"], word) | numbers(index["titleterms"], word) for word in words]
    both = {index["docnames"][number] for number in set.intersection(*found)}
    assert "notebooks/10_session_affinity" in both


def test_a_page_has_the_same_page_in_the_other_language(site: Path) -> None:
    page = site / "ko" / "notebooks" / "10_session_affinity.html"
    link = parsed(page).find("a", class_="language-switch")
    assert (page.parent / str(link["href"])).resolve() == site / "en" / "notebooks" / "10_session_affinity.html"


def test_only_the_search_loads_its_index(site: Path) -> None:
    with_index = [page for page in pages(site) if "searchindex.js" in page.read_text("utf-8")]
    assert {page.name for page in with_index} == {"search.html"}


def test_the_first_page_is_small(site: Path) -> None:
    page = site / "index.html"
    loaded = [page.parent / str(tag["src"]) for tag in parsed(page).find_all("img")]
    assert not parsed(page).find_all(["script", "link"])
    assert sum(path.stat().st_size for path in [page, *loaded]) < 300_000
