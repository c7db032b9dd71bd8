"""`lab capstone`: the shop of notebook 18, under traffic, and its judge."""

import argparse

from labcore.language.messages import phrase

from labtools.commands import FAILED, OK, Command, cluster_option, declare
from labtools.commands.steps import Steps

PARTS = ("manifests", "move", "closing")


def add(commands) -> None:
    capstone = declare(commands, "capstone", lambda chosen: OK, phrase("the shop of notebook 18: start it, judge it"))
    actions = capstone.add_subparsers(metavar="ACTION", required=True, parser_class=Command)
    start = declare(
        actions, "start", start_, phrase("set the shop up on old manifests and nginx, with clients that send requests")
    )
    check = declare(actions, "check", check_, phrase("judge what the shop answers, and what its clients got"))
    check.add_argument("part", nargs="?", choices=PARTS, default=PARTS[-1], help=str(phrase("one part only")))
    ask = declare(actions, "ask", ask_, phrase("send one request as a client does: name, certificate, answer"))
    ask.add_argument("url", metavar="URL")
    ask.add_argument("--to", metavar="PLACE", default="", help=str(phrase("entry, or a Service: NAME.NAMESPACE")))
    ask.add_argument("--user", action="store_true", help=str(phrase("with the office's user and password")))
    status = declare(actions, "status", status_, phrase("do the clients send requests, and what did they get"))
    stop = declare(actions, "stop", stop_, phrase("stop the clients; objects stay"))
    for command in (start, check, ask, status, stop):
        cluster_option(command)


def start_(chosen: argparse.Namespace) -> int:
    """Everything anew."""
    from labtools.capstone.starting import start

    with Steps(brief=True) as steps:
        refused = start(chosen.cluster, steps.next)
    print(phrase("The shop is ready: nginx serves it, and clients send ten requests a second, for two hours at most."))
    if refused:
        print(phrase("What kubectl said of the old manifests:"))
        print("\n".join(refused))
    return OK


def check_(chosen: argparse.Namespace) -> int:
    """Exit code 1 while something is otherwise."""
    from labtools.capstone import shown
    from labtools.capstone.judging import judge

    found = judge(chosen.cluster, chosen.part)
    print("\n".join(map(str, shown.judgement(found))))
    return FAILED if found.wrong else OK


def ask_(chosen: argparse.Namespace) -> int:
    """One line: where the name leads, and what came back."""
    from labtools.capstone import shop
    from labtools.capstone.customer import Customer
    from labtools.capstone.judging import open_shop
    from labtools.capstone.record import ca_file

    customer = Customer(open_shop(chosen.cluster), str(ca_file()))
    seen = customer.ask(shop.Ask(chosen.url, user=chosen.user), chosen.to)
    print(phrase("{url} at {place}: {got}", url=chosen.url, place=seen.place, got=shop.got(seen.answer)))
    return OK


def status_(chosen: argparse.Namespace) -> int:
    """Exit code 1 while nobody asks."""
    from labtools.capstone import record, shown

    print("\n".join(map(str, shown.status())))
    sender = record.sender()
    return OK if sender and sender.alive else FAILED


def stop_(chosen: argparse.Namespace) -> int:
    from labtools.capstone import record

    sender = record.sender()
    if sender:
        sender.end()
    print(phrase("The shop's clients have stopped."))
    return OK
