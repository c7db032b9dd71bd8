"""Create the cluster, wait until every node is Ready, and leave nothing behind when that is interrupted."""

import time
from pathlib import Path

from labcore.language.messages import phrase
from labcore.machine import ending

from labtools.clusters.kind import failures, pins
from labtools.clusters.kind.commands import look_at_image
from labtools.clusters.kind.record import MADE, Record
from labtools.clusters.kind.tools import Tools

_PULLING = "Ensuring node image"  # kind says nothing while it pulls half a gigabyte
_NOT_YET = (
    "was refused",
    "EOF",
    "ServiceUnavailable",
    "handshake timeout",
    "connection reset",
    "no matching resources",
    "(Forbidden)",  # an API that just started has not read the rules of RBAC yet
    "(Unauthorized)",
)
"""What an API that was just started says to its first requests."""
_PORTS = {80: "http_port", 443: "https_port"}

REMOVED = phrase("The nodes that were being made are removed; nothing is left.")


def create(tools: Tools, record: Record, *, retain: bool = False) -> None:
    """`kind create cluster`; on Ctrl-C, silence or failure the nodes are removed again (unless they are retained)."""
    config, image = kind_file(tools, record), node_image(tools)
    # before kind begins: if this command is killed, the next one has to know of the nodes
    tools.records.write(record)
    command = tools.commands.create(config, image, retain=retain)
    try:
        done = tools.try_(command, on_line=tools.say_step, patience=lambda line: _patience(tools, line))
    except KeyboardInterrupt:
        remove_interrupted(tools)
        raise KeyboardInterrupt(REMOVED) from None
    except BaseException:
        remove_interrupted(tools)
        raise
    if done.late:
        remove_interrupted(tools)
        raise failures.late(phrase("creating the cluster"), tools.timing.kind_silence, tools.facts)
    if not done.ok:
        if not retain:  # kind has removed the nodes itself
            tools.records.forget()
        raise failures.failed(phrase("creating the cluster"), done.printed, tools.facts)
    tools.records.change(record, state=MADE)


def _patience(tools: Tools, line: str) -> float:
    return 0 if _PULLING in line and "✓" not in line else tools.timing.kind_silence


def remove_interrupted(tools: Tools) -> None:
    """kind ends at once on Ctrl-C and removes nothing, and containers may still appear: so wait, then delete."""
    tools.on_step(phrase("removing what was made so far"))
    left = phrase(
        "nodes of the interrupted creation are still there. Remove them:\n  {command}",
        command=" ".join(tools.commands.delete()),
    )
    ending.last_words(left)
    try:
        for _ in range(3):
            time.sleep(tools.timing.settle)
            tools.run(phrase("removing the cluster"), tools.commands.delete())
            if not tools.nodes():
                tools.records.forget()
                ending.last_words("")
                return
    except KeyboardInterrupt:
        pass
    raise failures.KindFailed(left, "left-over")


def node_image(tools: Tools) -> str:
    """A node image that is on this machine already, else the pinned one, which kind then pulls."""
    for image in (pins.BUILT_NODE_IMAGE, pins.NODE_IMAGE):
        if tools.try_(look_at_image(image)).ok:
            return image
    return f"{pins.NODE_IMAGE}@{pins.NODE_DIGEST}"


def kind_file(tools: Tools, record: Record) -> Path:
    """The project's kind file; for other ports, a copy of it with these."""
    import yaml

    content = yaml.safe_load(tools.config.read_text(encoding="utf-8"))
    mappings = [m for node in content["nodes"] for m in node.get("extraPortMappings", [])]
    changed = False
    for mapping in mappings:
        wished = getattr(record, _PORTS.get(mapping["containerPort"], ""), mapping["hostPort"])
        changed = changed or wished != mapping["hostPort"]
        mapping["hostPort"] = wished
    if not changed:
        return tools.config
    copy = tools.records.folder / "cluster.yaml"
    copy.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return copy


def wait_nodes(tools: Tools) -> None:
    """Until every node is Ready. A control plane that was just started refuses connections for some seconds."""
    tools.on_step(phrase("nodes become Ready"))
    deadline = time.monotonic() + tools.timing.nodes
    while True:
        left = max(1, round(deadline - time.monotonic()))
        done = tools.try_(tools.commands.wait_nodes(left), limit=left + 30)
        if done.ok:
            return
        if time.monotonic() > deadline or not any(sign in done.printed for sign in _NOT_YET):
            break
        time.sleep(tools.timing.again)
    raise _not_ready(tools, done.printed)


def wait_api(tools: Tools) -> None:
    """Until the API answers after the start of its node; what it says then is for those who ask."""
    deadline = time.monotonic() + tools.timing.nodes
    while time.monotonic() < deadline:
        done = tools.try_(tools.commands.get_nodes(), limit=30)
        if done.ok or not any(sign in done.printed for sign in _NOT_YET):
            return
        time.sleep(tools.timing.again)


def _not_ready(tools: Tools, printed: str) -> failures.KindFailed:
    if "timed out waiting" not in printed:
        return failures.failed(phrase("waiting for the nodes"), printed, tools.facts)
    seen = tools.try_(tools.commands.get_nodes(), limit=30)
    late = not_ready(seen.out)
    if not seen.ok or not late:
        return failures.failed(phrase("waiting for the nodes"), seen.printed or printed, tools.facts)
    describe = " ".join(tools.commands.kubectl("describe", "node", late[0]))
    return failures.KindFailed(
        phrase(
            "{late} did not become Ready within {seconds} s. Why:\n"
            "  {describe}\n"
            "  docker exec {node} journalctl --unit kubelet --no-pager\n"
            "To wait longer: lab up --cluster kind. To begin anew: lab down --cluster kind "
            "--delete",
            late=", ".join(late),
            seconds=tools.timing.nodes,
            describe=describe,
            node=late[0],
        ),
        "node-not-ready",
    )


def not_ready(table: str) -> list[str]:
    """The nodes of `kubectl get nodes` whose STATUS is not Ready."""
    rows = [line.split() for line in table.splitlines()[1:]]
    return [row[0] for row in rows if len(row) > 1 and row[1].split(",")[0] != "Ready"]
