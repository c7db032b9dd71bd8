"""The URL explorer: what each reader makes of a URL, nginx's configuration against the controller's, the command."""

import json
import re
from pathlib import Path
from random import Random

import pytest
from ingress_lab.ingress import controller_flags
from labcore.errors import BadArgument, BadManifest
from labcore.language import choice
from labcore.machine import paths
from labcore.yaml.documents import load
from labtools import cli
from labtools.authoring.site import explorer
from labtools.traefik.ingress_paths import claims_of
from labtools.traefik.objects import Objects
from labtools.urls import explore, nginx_config, plain, sets, typed, words
from labtools.urls.nginx_config import ODD, OLDER
from labtools.urls.plain import DEFAULT, Line
from labtools.urls.readers import Rules, as_of_one_class
from loopkube.node import wheels
from nginx_program import Cluster, refusal, render
from url_rules import anywhere, lines

OVERLAP = paths.project() / "manifests" / "names" / "overlap"


def rules(*texts: str) -> Rules:
    made = plain.objects([plain.line(text) for text in texts])
    return Rules(as_of_one_class(made), controller_flags.of_manifests())


def answers(made: Rules, url: str) -> tuple[str, ...]:
    return tuple(" or ".join(sorted(read.outcomes)) or "-" for read in made.read(typed.read(url)))


PATHS_OF_07 = [line.text for line in sets.SETS[1].lines]


@pytest.mark.parametrize(
    ("path", "answered"),
    [
        ("/cart", ("total-svc", "cart-svc", "total-svc")),
        ("/cart/", ("cart-svc", "cart-svc", "cart-svc")),
        ("/cart/items", ("items-svc", "items-svc", "301")),
        ("/login", ("home-svc", "home-svc", "301")),
        ("/carts", ("home-svc", "home-svc", "home-svc")),
        ("//cart", ("home-svc", "cart-svc", "total-svc")),
        ("/x/../cart", ("home-svc", "cart-svc", "total-svc")),
        ("/%63art", ("home-svc", "cart-svc", "total-svc")),
        ("/cart%2Fb", ("home-svc", "home-svc", "cart-svc")),
        ("/..", ("home-svc", "home-svc", "400")),
        ("/%zz", ("home-svc", "400", "400")),
        ("?/cart", ("home-svc", "home-svc", "home-svc")),
    ],
)
def test_three_readers_answer_a_path(path: str, answered: tuple[str, str, str]) -> None:
    assert answers(rules(*PATHS_OF_07), f"shop.example.com{path}") == answered


@pytest.mark.parametrize(
    ("url", "answered"),
    [
        ("www.h.example.com/help", ("help-svc or wild-svc or www-svc", "wild-svc", "www-svc")),
        ("shop.h.example.com/", ("rest-svc", "rest-svc", "404")),
        ("a.b.h.example.com/help", ("help-svc", "help-svc", "help-svc")),
        ("WWW.H.EXAMPLE.COM:8080/", ("www-svc", "www-svc", "www-svc")),
        ("www.h.example.com./", ("rest-svc", "www-svc", "www-svc")),
        ("elsewhere.example.org/healthz", ("rest-svc", "rest-svc", "200")),
    ],
)
def test_three_readers_answer_a_host(url: str, answered: tuple[str, str, str]) -> None:
    assert answers(rules(*(line.text for line in sets.SETS[0].lines)), url) == answered


def test_nginx_leaves_an_ingress_out_as_a_whole() -> None:
    made = rules(
        "a  x.com  Prefix  /  s1", "b  x.com  Prefix  /  s2", "b  y.com  Prefix  /  s3", "c  x.com  Exact  /%61  s4"
    )
    assert answers(made, "y.com/")[1:] == ("s3", "404")
    why = made.by_nginx(typed.read("y.com/")).why
    assert [text.template for text in why[1:]] == [OLDER.template, OLDER.template, ODD.template]


def drawn(number: int) -> list[Line]:
    random, domain = Random(f"config/{number}"), "x.test"
    odd = random.random() < 0.2
    made = [line for name in "ab" for line in lines(random, domain, name, default=True, odd=odd)]
    made.append(anywhere(random, "a", ""))
    return [*made, Line("rest", "", DEFAULT, "", "s5")] if random.random() < 0.5 else made


def written(text: str) -> dict[str, list[str]]:
    """{host: locations} of nginx.conf; a wildcard's expression as the wildcard."""
    found: dict[str, list[str]] = {}
    for name, body in re.findall(r"\n    server \{\n        server_name (.*?);\n(.*?)\n    \}", text, re.DOTALL):
        wildcard = re.search(r"\[\\w-\]\+\)\\\.(.*)\$", name)
        host = "*." + wildcard[1].replace("\\.", ".") if wildcard else name.strip('"')
        found[host] = sorted(re.sub('"', "", place) for place in re.findall(r"\n        location (.*?) \{", body))
    return found


def test_servers_and_locations_are_those_of_the_controller() -> None:
    broken = 0
    for number in range(150):
        objects: Objects = plain.objects(drawn(number))
        slices = [one for some in objects.slices.values() for one in some]
        made = render(
            Cluster(ingresses=list(objects.ingresses), services=list(objects.services.values()), slices=slices)
        )
        config = nginx_config.config(claims_of(objects.ingresses))
        ours = {host: sorted(place.text for place in server.locations) for host, server in config.servers.items()}
        there = {host: places for host, places in written(made.text).items() if host.endswith("_") or "x.test" in host}
        assert there == ours, drawn(number)
        broken += config.broken is not None
    assert broken


@pytest.mark.skipif(not wheels.nginx_program(), reason="no wheel of nginx for this machine")
def test_nginx_refuses_a_location_that_is_there_twice(tmp_path: Path) -> None:
    twice = ["a  x.com  Prefix  /a  s1", "a  x.com  Prefix  /a/  s2"]
    objects = plain.objects([plain.line(text) for text in twice])
    slices = [one for some in objects.slices.values() for one in some]
    made = render(Cluster(ingresses=list(objects.ingresses), services=list(objects.services.values()), slices=slices))
    assert 'duplicate location "/a/"' in refusal(made.text, tmp_path, made.files)
    assert answers(rules(*twice), "x.com/a")[2] == "-"


@pytest.mark.parametrize(
    "text", ["", "/cart", "a b.com/", "a.com:0/", "a.com:70000/", "a@b.com/", "<b>/", "a.com/ x", "ä.com"]
)
def test_what_is_not_a_host_and_path_is_refused(text: str) -> None:
    with pytest.raises(BadArgument):
        typed.read(text)


def test_what_is_typed_stays_as_it_is() -> None:
    read = typed.read("HTTPS://A.com:8443/a/../%2f?x=/b#c")
    assert (read.scheme, read.host, read.target, read.path) == ("https", "A.com:8443", "/a/../%2f?x=/b", "/a/../%2f")


def test_manifests_are_explored_without_a_cluster(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["urls", "www.h.example.com/help", "-f", str(OVERLAP)]) == 0
    told = capsys.readouterr().out
    assert re.search(r"^Traefik +wild-svc ", told, re.MULTILINE) and re.search(r"^nginx +www-svc ", told, re.MULTILINE)
    made = explore.of_manifests("www.h.example.com/help", load(OVERLAP))
    assert made.answers == {"api": "wild-svc or www-svc", "traefik": "wild-svc", "nginx": "www-svc"}
    assert "<table" in made._repr_mimebundle_()["text/html"]


def test_an_ingress_without_a_name_is_refused() -> None:
    with pytest.raises(BadManifest, match="needs metadata"):
        explore.of_manifests("a.com/", load({"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {}}))


@pytest.mark.parametrize("of", choice.LANGUAGES)
def test_the_page_has_its_words_and_no_program_of_its_own(of: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INGRESS_LAB_LANG", of)
    made = explorer.page()
    data = json.loads(re.search(r'id="urls-data">(.*?)</script>', made, re.DOTALL)[1])
    assert set(data["words"]) == set(words.of_page()) and len(data["sets"]) == len(sets.SETS)
    assert all(re.search("[가-힣]", text) for text in data["words"].values()) or of == "en"
    assert "//" not in "".join(re.findall(r'(?:src|href)="([^"]*)"', made))
    assert re.findall(r"<script(?! src=| type=.application/json)", made) == [] and not re.search(r"\son\w+=", made)


def test_the_pages_script_writes_text_only() -> None:
    scripts = [(paths.project() / "site" / "_static" / name).read_text("utf-8") for name in ("urls.js", "urls-page.js")]
    forbidden = r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|new Function|fetch\(|XMLHttp|import\("
    assert not any(re.search(forbidden, text) for text in scripts)
