"""What the stand-ins for kind, docker and kubectl do: note the call, and answer as a recorded run did.

STAND_IN_SCENE names a folder with `rules.json`, a list in which the first fitting rule with uses left answers:
`{"program", "words": [...] in this order, "replay": NAME | "out", "err", "rc", "times", "hang", "writes"}`.
A replayed transcript is that of cluster `kind`; it is told with the name of the cluster that is asked for.
Few imports, and no pathlib: dozens of these start in one test.
"""
# ruff: noqa: PTH105, PTH118, PTH119, PTH120, PTH123

import fcntl
import json
import os
import sys

RECORDINGS = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..", "recordings", "kind")


def main() -> int:
    rule = called(os.environ["STAND_IN_SCENE"], os.path.basename(sys.argv[0]), sys.argv[1:])
    out, err, code = played(rule, sys.argv[1:])
    sys.stdout.write(out)
    sys.stdout.flush()
    sys.stderr.write(err)
    sys.stderr.flush()
    if rule.get("hang"):
        until_interrupted()
    return code


def called(scene: str, program: str, arguments: list[str]) -> dict:
    """Note a call, and choose the rule that answers it."""
    with open(f"{scene}/lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with open(f"{scene}/calls.jsonl", "a") as calls:
            calls.write(json.dumps([program, *arguments]) + "\n")
        rule = choose(f"{scene}/rules.json", program, arguments)
    return rule or {"rc": 97, "err": f"stand-in: no answer for {program} {' '.join(arguments)}\n"}


def choose(path: str, program: str, arguments: list[str]) -> dict | None:
    with open(path) as file:
        rules = json.load(file)
    for rule in rules:
        if rule["program"] == program and rule["times"] != 0 and in_order(rule["words"], arguments):
            rule["times"] -= 1
            with open(f"{path}.new", "w") as file:
                json.dump(rules, file)
            os.replace(f"{path}.new", path)  # a stand-in may be ended at any time
            return rule
    return None


def in_order(words: list[str], arguments: list[str]) -> bool:
    rest = iter(arguments)
    return all(word in rest for word in words)


def played(rule: dict, arguments: list[str]) -> tuple[str, str, int]:
    """What a rule prints, and its exit code; files that it writes are written."""
    told = recorded(rule["replay"]) if "replay" in rule else {}
    name = option(arguments, "--name", "lab")
    out, err = (renamed(rule.get(k, told.get(r, "")), name) for k, r in (("out", "stdout"), ("err", "stderr")))
    for word in rule.get("writes", []):
        with open(option(arguments, word, ""), "w") as target:
            target.write("written by a stand-in")
    return out, err, max(0, rule.get("rc", told.get("rc", 0)))


def recorded(name: str) -> dict:
    with open(os.path.join(RECORDINGS, f"{name}.json"), encoding="utf-8") as file:
        return json.load(file)


def until_interrupted() -> None:
    import signal
    import time

    signal.signal(signal.SIGINT, lambda *_: os._exit(130))
    time.sleep(60)


def renamed(text: str, name: str) -> str:
    for of_kind in ("kind-control-plane", "kind-worker"):
        text = text.replace(of_kind, of_kind.replace("kind", name, 1))
    return text.replace('"kind"', f'"{name}"').replace("kind-kind", f"kind-{name}").replace("=kind,", f"={name},")


def option(arguments: list[str], name: str, default: str) -> str:
    return arguments[arguments.index(name) + 1] if name in arguments else default
