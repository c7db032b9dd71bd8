"""How the local cluster runs containers: beside each other, or in namespaces of their own."""

from labcore.clusters import loopkube_words
from labcore.language.messages import phrase

from labtools.doctor.facts import Machine
from labtools.doctor.finding import Finding, note, ok

_ASKED = "export LOOPKUBE_CONTAINERS=isolated && lab down && lab up"


def containers(machine: Machine) -> list[Finding]:
    """Which way is used, and why not the other."""
    if not machine.chosen.on_loopback:
        return []
    name, refusal = phrase("containers"), machine.isolation_refusal
    if machine.isolated and machine.own_network:
        return [ok(name, phrase("each has files, processes and a host name of its own; each Pod has its own network"))]
    if machine.isolated:
        return [ok(name, phrase("each has files, processes and a host name of its own; the network is shared"))]
    if not refusal:
        return [ok(name, phrase("processes beside yours; they can be isolated:   {command}", command=_ASKED))]
    state, why = phrase("processes beside yours, not isolated"), loopkube_words.words(refusal)
    if machine.env.get("LOOPKUBE_CONTAINERS") == "isolated":
        fix = phrase("unset LOOPKUBE_CONTAINERS   (or allow user namespaces on this system, then lab down and lab up)")
        return [note(name, state, why, fix)]
    return [ok(name, phrase("processes beside yours; this system does not isolate them ({why})", why=why))]
