"""The page's script against the readings in Python, over rules and URLs drawn by a seed."""

import json
import shutil
import subprocess
from random import Random

import pytest
from ingress_lab.ingress import controller_flags
from labcore.errors import LabError
from labcore.language.messages import Phrase
from labcore.machine import paths
from labtools.traefik.ingress_paths import Claim
from labtools.urls import plain, sets, typed, words
from labtools.urls.plain import DEFAULT, Line
from labtools.urls.readers import Read, Rules, as_of_one_class
from url_rules import anywhere, lines, url

NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(not NODE, reason="no Node.js on this machine to run the page's script")
SEED, SETS, URLS = 5, 120, 10
SCRIPT = """
const {line, typed, explore} = require(process.argv[1]);
let given = "";
process.stdin.on("data", (part) => { given += part; }).on("end", () => {
  const answer = ({rules, urls}) => {
    const lines = rules.map(line);
    return urls.map((text) => {
      try { return explore(lines, typed(text)); }
      catch (why) { return why.template ? {refused: true} : {bug: why.stack}; }
    });
  };
  console.log(JSON.stringify(JSON.parse(given).map(answer)));
});
"""
REFUSED = [
    "",
    "/cart",
    "a b.com/",
    "a.com/ b",
    "a.com:0/",
    "a.com:65536/",
    "a.com:x/",
    "ä.com/",
    "a@b.com/",
    "http:///",
    "a.com/\x00",
    "<b>/",
]
ACCEPTED = [
    "[::1]:80/a",
    "HTTPS://A.com",
    "a.com:/",
    "a.com?/x",
    "a.com/%ff%C3%a9%ed%a0%80%f0%9f%98%80%ef%bb%bf",
    "a.com/%c0%af%e0%80%80",
    "a.com/😀",
]


def rule_set(random: Random, number: int) -> list[Line]:
    """Two or three Ingresses that meet each other, defaults and odd paths included."""
    domain = f"s{number}.test"
    made = [*lines(random, domain, "a", default=True, odd=True), *lines(random, domain, "b", odd=True)]
    if random.random() < 0.4:
        made.append(anywhere(random, random.choice("ab"), ""))
    made += [Line(name, "", DEFAULT, "", "s5") for name in ("rest", "rest-2") if random.random() < 0.4]
    made += [Line("a-s", one.host.removeprefix("a."), one.type, one.path, one.service) for one in made[:1] if one.host]
    return [one for one in made if one.path.startswith("/") or one.type == DEFAULT]


def cases() -> list[dict]:
    made = [{"rules": [one.text for one in made.lines], "urls": [*made.urls]} for made in sets.SETS]
    for number in range(SETS):
        random = Random(f"{SEED}/{number}")
        rules = rule_set(random, number)
        urls = [url(random, [one for one in rules if one.type != DEFAULT], f"s{number}.test") for _ in range(URLS)]
        made.append(
            {"rules": [one.text for one in rules], "urls": [*urls, *REFUSED, *ACCEPTED] if number < 5 else urls}
        )
    return made


def by_script(given: list[dict]) -> list[list[dict]]:
    command = [str(NODE), "-e", SCRIPT, str(paths.project() / "site" / "_static" / "urls.js")]
    done = subprocess.run(command, input=json.dumps(given), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def said(text: str) -> object:
    return {"template": text.template, "values": dict(text.values)} if isinstance(text, Phrase) else text


def told(read: Read, claims: list[Claim], at: dict[tuple, int]) -> dict:
    """As the script tells it, claim by claim in the order of the lines."""
    order = sorted(range(len(claims)), key=lambda n: at[key(claims[n])])
    return {
        "name": read.name,
        "host": read.host,
        "path": read.path,
        "outcomes": sorted(read.outcomes),
        "because": said(read.because),
        "fits": [read.fits[n] for n in order],
        "wins": [read.wins[n] for n in order],
        "why": [said(read.why[n]) for n in order],
    }


def key(claim: Claim) -> tuple:
    return claim.rule.ingress, claim.number


def places(rules: list[Line]) -> dict[tuple, int]:
    """{(Ingress, number of the rule): number of the line}."""
    made: dict[tuple, int] = {}
    for at, one in enumerate(rules):
        number = sum(1 for name, rule in made if name == one.ingress and rule >= 0)
        made[one.ingress, -1 if one.type == DEFAULT else number] = at
    return made


def by_python(case: dict) -> list[dict]:
    rules = [plain.line(text) for text in case["rules"]]
    made = Rules(as_of_one_class(plain.objects(rules)), controller_flags.of_manifests())
    answers = []
    for text in case["urls"]:
        try:
            url = typed.read(text)
        except LabError:
            answers.append({"refused": True})
            continue
        answers.append({"reads": [told(one, made.claims, places(rules)) for one in made.read(url)]})
    return answers


def in_order(answer: dict) -> dict:
    """The script's answer in the order of the lines."""
    if "reads" not in answer:
        return answer
    order = sorted(range(len(answer["claims"])), key=lambda n: answer["claims"][n]["at"])
    lists = ("fits", "wins", "why")
    return {"reads": [one | {name: [one[name][n] for n in order] for name in lists} for one in answer["reads"]]}


def test_the_script_reads_as_python_does() -> None:
    given = cases()
    answers = by_script(given)
    wrong, templates = [], set()
    for case, made in zip(given, answers, strict=True):
        for text, of_script, of_python in zip(case["urls"], made, by_python(case), strict=True):
            if in_order(of_script) != of_python:
                wrong.append((case["rules"], text, in_order(of_script), of_python))
            for read in of_python.get("reads", ()):
                templates |= {one["template"] for one in (*read["why"], read["because"]) if isinstance(one, dict)}
    assert len(wrong) == 0, f"{len(wrong)} differ; the first: {wrong[0]}"
    assert templates <= set(words.of_readers()), templates - set(words.of_readers())
    assert len(templates) > 25
