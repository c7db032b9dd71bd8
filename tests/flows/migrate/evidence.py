"""Plays cases on the local cluster, and writes into each what was seen.

python tests/flows/migrate/evidence.py [NAME ...]
"""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from case import ABSENT, CANDIDATES, FOLDER, SIDES, Case, cases, verdict
from labcore import clusters
from labcore.kube.api import Api
from labtools.migrate.found import Input
from labtools.migrate.migration import migration
from labtools.migrate.reading import taken
from labtools.migrate.replay.controllers import Controller
from labtools.migrate.replay.converting import converted
from labtools.migrate.replay.running import played
from labtools.migrate.replay.seen import Seen
from labtools.migrate.replay.sides import Side, side

Answers = dict[str, list[Seen]]


@dataclass(frozen=True)
class Outcome:
    """What each side answered to one case, with and without what it is about."""

    with_it: Answers
    without: Answers
    refused: dict[str, str]

    def verdict(self, case: Case, candidate: str) -> str:
        if case.about and candidate in self.refused:
            return ABSENT
        return verdict(case, self.with_it, self.without, candidate)


def _sides() -> list[Side]:
    """Snippets are allowed on both sides that know them: as they are, ingress-nginx does not serve who has one."""
    made = {name: side(name, converted) for name in SIDES}
    for name, allowed in (("nginx", _with_snippets), ("provider", _with_flag)):
        made[name] = replace(made[name], controller=partial(_changed, made[name].controller, allowed))
    return list(made.values())


def _changed(controller: Callable, change: Callable[[dict], None], namespaces: Sequence[str]) -> Controller:
    found = controller(namespaces)
    for obj in found.objects:
        if obj["kind"] == "Deployment":
            for container in obj["spec"]["template"]["spec"]["containers"]:
                change(container)
    return found


def _with_snippets(container: dict) -> None:
    container["env"] = [*container.get("env", ()), {"name": "ALLOW_SNIPPETS", "value": "true"}]


def _with_flag(container: dict) -> None:
    container["args"].append("--providers.kubernetesingressnginx.allowsnippetannotations=true")


def play(chosen: Sequence[Case]) -> Mapping[str, Outcome]:
    """All cases at once: each has hosts of its own."""
    both = [(case, case.without()) for case in chosen]
    objects = [obj for pair in both for each in pair for obj in each.objects]
    requests = [request for pair in both for each in pair for request in each.requests]
    local = clusters.of("local")
    access = local.access()
    found = played(Api.connect(access.own_kubeconfig, access.context), access.entry, _sides(), objects, requests,
                   reached=local.reaches_pods, said=lambda words: print(words, flush=True))  # fmt: skip
    for name, side_played in found.items():
        for note in side_played.notes:
            print(f"{name}: {note}")
    return _split(both, {name: list(side_played.answers) for name, side_played in found.items()}, objects)


def _split(both: Sequence[tuple[Case, Case]], answers: Answers, objects: Sequence[dict]) -> dict[str, Outcome]:
    refused = {candidate: _refused(objects, candidate) for candidate in CANDIDATES}
    made, at = {}, 0
    for case, _ in both:
        many = len(case.requests)
        with_it = {name: [case.kept(seen) for seen in listed[at : at + many]] for name, listed in answers.items()}
        without = {
            name: [case.kept(seen) for seen in listed[at + many : at + 2 * many]] for name, listed in answers.items()
        }
        made[case.name] = Outcome(
            with_it, without, {c: why[case.name] for c, why in refused.items() if case.name in why}
        )
        at += 2 * many
    return made


def _refused(objects: Sequence[dict], candidate: str) -> dict[str, str]:
    given = taken(Input("cases"), [(obj, "") for obj in objects])
    return {
        plan.found.name: " ".join(map(str, plan.refused)) for plan in migration(given, [candidate]).refused(candidate)
    }


def write(case: Case, outcome: Outcome) -> None:
    """The part of the file that a machine writes, in place of what it was."""
    path = FOLDER / f"{case.name}.yaml"
    by_hand = path.read_text(encoding="utf-8").split("\n# What was seen")[0].rstrip("\n")
    lines = [by_hand, "# What was seen, written by evidence.py.", "verdicts:"]
    lines += [f"  {name}: {outcome.verdict(case, name)}" for name in CANDIDATES]
    lines.append("seen:")
    for name, listed in outcome.with_it.items():
        lines.append(f"  {name}:")
        lines += [f"    - {json.dumps(seen.data(), ensure_ascii=False)}" for seen in listed]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main(names: Sequence[str]) -> None:
    chosen = [case for case in cases() if not names or any(case.name.startswith(name) for name in names)]
    for name, outcome in play(chosen).items():
        case = next(case for case in chosen if case.name == name)
        write(case, outcome)
        print(
            f"{name:34}",
            *(f"{outcome.verdict(case, c):10}" for c in CANDIDATES),
            ",".join(case.about),
            outcome.refused or "",
        )


if __name__ == "__main__":
    main(sys.argv[1:])
