"""`lab controller new | fill | check`: the controller that a learner writes in notebook 16, and its trials."""

import argparse
from pathlib import Path

from labcore.errors import LabError
from labcore.language.messages import phrase
from labcore.language.untrusted import visible

from labtools.commands import FAILED, OK, declare, given

_MOST = 256 * 1024  # bytes


def add(commands) -> None:
    controller = declare(
        commands, "controller", new, phrase("the controller of notebook 16: a file with gaps, and trials")
    )
    verbs = controller.add_subparsers(metavar="VERB", required=True)
    made = declare(verbs, "new", new, phrase("write the file with its gaps; one that is there stays"))
    made.add_argument("file", metavar="FILE", type=given.place)
    made.add_argument("--fresh", action="store_true", help=str(phrase("begin anew; the old file gets the ending .old")))
    filled = declare(verbs, "fill", fill, phrase("bring the gaps that you have not filled in to a step"))
    filled.add_argument("step", metavar="STEP")
    filled.add_argument("file", metavar="FILE", type=given.place)
    checked = declare(verbs, "check", check, phrase("play interruptions, 410 Gone, duplicates and replicas against it"))
    checked.add_argument("file", metavar="FILE", type=given.place)
    checked.add_argument("trials", metavar="TRIAL", nargs="*", help=str(phrase("one trial or more; without it all")))


def new(chosen: argparse.Namespace) -> int:
    from labtools.controller import steps

    if chosen.file.exists() and not chosen.fresh:
        print(visible(phrase("{file} is there, and stays as it is", file=chosen.file.name)))
        return OK
    if chosen.file.exists():
        chosen.file.replace(chosen.file.with_name(chosen.file.name + ".old"))
    chosen.file.parent.mkdir(parents=True, exist_ok=True)
    chosen.file.write_text(steps.at(steps.names()[0]), encoding="utf-8")
    print(visible(phrase("{file} is written: the step {step}", file=chosen.file.name, step=steps.names()[0])))
    return OK


def fill(chosen: argparse.Namespace) -> int:
    from labtools.controller import steps

    done = steps.fill(_read(chosen.file), chosen.step)
    if done.filled:
        chosen.file.write_text(done.text, encoding="utf-8")
        print(phrase("filled in: {names}", names=", ".join(done.filled)))
    if done.kept:
        print(phrase("yours, and left as it is: {names}", names=", ".join(done.kept)))
    if not done.filled and not done.kept:
        print(phrase("nothing to fill in for the step {step}", step=chosen.step))
    return OK


def check(chosen: argparse.Namespace) -> int:
    """Exit code 0 when the controller stands all trials, 1 when it does not."""
    from labcore.errors import unknown

    from labtools.controller import trials

    for name in chosen.trials:
        if name not in trials.TRIALS:
            raise unknown(phrase("trial"), name, trials.TRIALS)
    _read(chosen.file)
    found = trials.judge(chosen.file, chosen.trials or list(trials.TRIALS))
    for verdict in found:
        print(
            f"{'passes' if verdict.passed else 'fails':7} {verdict.name}: {verdict.seen}"
        )  # words that notebooks compare
    if len(found) > 1:
        passed = sum(verdict.passed for verdict in found)
        print(phrase("{passed} of {total} trials", passed=passed, total=len(found)))
    return OK if all(verdict.passed for verdict in found) else FAILED


def _read(file: Path) -> str:
    try:
        if file.stat().st_size > _MOST:
            raise LabError(phrase("{file} is larger than a controller", file=file.name))
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise LabError(phrase("there is no {file}; `lab controller new {file}` writes it", file=file)) from None
    except UnicodeDecodeError:
        raise LabError(phrase("{file} is no text", file=file.name)) from None
