"""`lab clinic`: setups in which one thing is broken, to be found and repaired."""

import argparse
from collections.abc import Iterator

from labcore.language.messages import phrase

from labtools.commands import FAILED, OK, Command, cluster_option, declare


def add(commands) -> None:
    clinic = declare(commands, "clinic", _run, phrase("find out what is broken: cases with a symptom, to be repaired"))
    verbs = clinic.add_subparsers(metavar="VERB", required=True, parser_class=Command)
    cluster_option(declare(verbs, "list", _run, phrase("the cases, and how far you are")))
    _add_start(verbs)
    declare(verbs, "symptom", _run, phrase("what the customer writes, and what it may be"))
    check = declare(verbs, "check", _check, phrase("is it repaired?"))
    wait = phrase("so many seconds it may take until a repair shows (20, in some cases more)")
    check.add_argument("--wait", type=_seconds, metavar="N", help=str(wait))
    diagnose = declare(verbs, "diagnose", _run, phrase("say what it is"))
    diagnose.add_argument("letter", metavar="LETTER", help=str(phrase("of one of the five diagnoses")))
    declare(verbs, "give-up", _run, phrase("what it was, and how it is found"))
    declare(verbs, "score", _run, phrase("the card of all cases that you have closed"))
    declare(verbs, "clean-up", _run, phrase("remove what the case has made"))
    for name, verb in verbs.choices.items():
        verb.set_defaults(verb=name)


def _add_start(verbs) -> None:
    start = declare(verbs, "start", _run, phrase("set a case up: healthy first, and then one thing breaks"))
    start.add_argument("name", nargs="?", default="", metavar="NAME", help=str(phrase("without it the next case")))
    start.add_argument("--seed", type=_seed, metavar="N", help=str(phrase("the same N gives the same case")))
    start.add_argument("--leave", action="store_true", help=str(phrase("also where another case is not closed yet")))
    cluster_option(start)


def _seed(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise argparse.ArgumentTypeError(str(phrase('"{text}" is no seed; write a number from 0 on', text=text)))
    return int(text)


def _run(chosen: argparse.Namespace) -> int:
    for line in _said(chosen):
        print(line, flush=True)
    return OK


def _seconds(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 4:
        raise argparse.ArgumentTypeError(
            str(phrase('"{text}" is no number of seconds; write one from 0 on', text=text))
        )
    return int(text)


def _check(chosen: argparse.Namespace) -> int:
    """Repaired or not, for scripts; a terminal shows that it is under way."""
    from labtools.clinic import playing, records
    from labtools.commands.steps import Steps

    lines = playing.check(chosen.wait)
    with Steps(brief=True) as steps:
        steps.next(phrase("asking until every page is as it should be"))
        first = next(lines)
    print(first, *lines, sep="\n", flush=True)
    now = records.read().now
    return OK if now and now.end == records.REPAIRED else FAILED


def _said(chosen: argparse.Namespace) -> Iterator[str]:
    match chosen.verb:
        case "symptom" | "diagnose" | "score":
            return _without_a_cluster(chosen)
        case "list":
            from labtools.clinic import listing

            return listing.listed(chosen.cluster)
    from labtools.clinic import playing

    if chosen.verb == "start":
        return playing.start(chosen.name, chosen.seed, leave=chosen.leave, cluster=chosen.cluster)
    return getattr(playing, chosen.verb.replace("-", "_"))()


def _without_a_cluster(chosen: argparse.Namespace) -> Iterator[str]:
    """What need not load the way to one."""
    from labtools.clinic import card, telling

    if chosen.verb == "score":
        return card.score()
    return telling.diagnose(chosen.letter) if chosen.verb == "diagnose" else telling.symptom()
