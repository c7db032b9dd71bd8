"""The system: kind of system, WSL, limits, memory, disk, and the lab's own settings."""

import re

from labcore.language.messages import phrase, plural

from labtools.doctor.facts import Machine
from labtools.doctor.finding import Finding, judged, note, ok, wrong

_MB, _GB = 1_000_000, 1_000_000_000
_INSTANCES = 128  # with 40, workers of a kind cluster never join; with 128, three nodes start (both tried)
_SYSCTL = "sudo sysctl fs.inotify.max_user_instances=512 fs.inotify.max_user_watches=524288"


def system(machine: Machine) -> list[Finding]:
    """Whether the lab's programs run on this system at all."""
    if machine.system == "win32":
        return [
            wrong(
                phrase("system"),
                phrase("Windows without WSL2"),
                phrase("the lab's programs are written for Linux and macOS"),
                phrase("wsl --install   (in PowerShell as administrator; then clone the project inside WSL)"),
            )
        ]
    version = (machine.read("/proc/version") or "").lower()
    if "microsoft" not in version:
        return [ok(phrase("system"), machine.architecture)]
    if "wsl2" not in version and not machine.exists("/run/WSL"):
        return [
            wrong(
                phrase("system"),
                "WSL 1",
                phrase("it has no Linux kernel: neither loopback addresses nor Docker work as needed"),
                phrase("wsl --set-version Ubuntu 2   (in PowerShell; wsl --list --verbose shows the names)"),
            )
        ]
    return [ok(phrase("system"), f"WSL2, {machine.architecture}"), *_recent(machine)]


def _recent(machine: Machine) -> list[Finding]:
    """kube-proxy needs xt_recent for `sessionAffinity: ClientIP`; older WSL2 kernels are built without."""
    listed = machine.read("/proc/net/ip_tables_matches") or ""
    if "recent" in listed.split():
        return [ok("xt_recent", phrase("the kernel has it"))]
    told = machine.run("zgrep", "CONFIG_NETFILTER_XT_MATCH_RECENT", "/proc/config.gz").out
    if re.search(r"CONFIG_NETFILTER_XT_MATCH_RECENT=[ym]", told):
        return [ok("xt_recent", phrase("the kernel has it"))]
    return [
        judged(
            machine.chosen.in_docker,
            "xt_recent",
            phrase("this WSL2 kernel is built without it"),
            phrase("on kind, a Service with sessionAffinity ClientIP stops all rules of kube-proxy (notebook 10)"),
            phrase("wsl --update   (in PowerShell, then wsl --shutdown)"),
        )
    ]


def inotify(machine: Machine) -> list[Finding]:
    """Kubelet, kube-proxy and Traefik watch files; a low limit lets a kind cluster's nodes fail without a word."""
    text = machine.read("/proc/sys/fs/inotify/max_user_instances")
    if text is None:
        return []
    instances = int(text)
    if instances < _INSTANCES:
        return [
            judged(
                machine.chosen.in_docker,
                "inotify",
                phrase("{instances} instances a user", instances=instances),
                phrase(
                    "a kind cluster of three nodes needs {instances}; with fewer, workers wait for ever",
                    instances=_INSTANCES,
                ),
                _SYSCTL,
            )
        ]
    return [ok("inotify", phrase("{instances} instances a user", instances=instances))]


def memory(machine: Machine) -> list[Finding]:
    """Free memory against what the chosen cluster needs."""
    needed = machine.chosen.memory
    if machine.memory < needed:
        return [
            wrong(
                phrase("memory"),
                phrase("{size} free", size=_size(machine.memory)),
                phrase(
                    "cluster and notebooks need {size}; with less, Pods are killed or all is slow", size=_size(needed)
                ),
                phrase("lab down, or end other programs (ps aux --sort -rss)"),
            )
        ]
    return [ok(phrase("memory"), phrase("{size} free", size=_size(machine.memory)))]


def disk(machine: Machine) -> list[Finding]:
    """Room in the state folder's file system against what the chosen cluster needs."""
    needed, free = machine.chosen.disk, machine.room(machine.state)
    if free < needed:
        fix = (
            phrase("docker system prune   (what Docker holds: docker system df)")
            if machine.chosen.in_docker
            else phrase(
                "df -h {state}   (make room there, or take another disk: INGRESS_LAB_HOME=FOLDER lab up)",
                state=machine.state,
            )
        )
        return [
            wrong(
                phrase("disk"),
                phrase("{size} free for {state}", size=_size(free), state=machine.state),
                phrase(
                    "a cluster keeps its objects, logs and applications there: {size} are needed", size=_size(needed)
                ),
                fix,
            )
        ]
    return [ok(phrase("disk"), phrase("{size} free", size=_size(free)))]


def settings(machine: Machine) -> list[Finding]:
    """The lab's own variables and folder."""
    findings = []
    for name in ("INGRESS_LAB_HTTP_PORT", "INGRESS_LAB_HTTPS_PORT"):
        text = machine.env.get(name, "")
        if text and not (text.isdigit() and 0 < int(text) < 65536):
            findings.append(
                wrong(
                    phrase("settings"),
                    f'{name}="{text}"',
                    phrase("that is not a port number, so `lab up` ends at once"),
                    f"unset {name}",
                )
            )
    if not machine.writable(machine.state):
        findings.append(
            wrong(
                phrase("settings"),
                phrase("{state} cannot be written", state=machine.state),
                phrase("the cluster keeps its state there"),
                "export INGRESS_LAB_HOME=$HOME/.ingress-lab",
            )
        )
    return findings or [
        ok(
            phrase("settings"),
            phrase("cluster {cluster}, state in {short}", cluster=machine.cluster, short=machine.short(machine.state)),
        )
    ]


def hosts(machine: Machine) -> list[Finding]:
    """Lines of others that lead the lab's names elsewhere."""
    from labtools.workspace import etc_hosts as file

    text = machine.read(file.PATH) or ""
    ours = set(file.series_names())
    mine = [line for line in file.parse(text) if ours & set(line.names)]
    elsewhere = [line for line in mine if line.address not in ("127.0.0.1", "::1")]
    if elsewhere:
        names = ", ".join(sorted(ours & {name for line in elsewhere for name in line.names}))
        first = next(number for number, row in enumerate(text.splitlines(), 1) if elsewhere[0] in file.parse(row))
        return [
            wrong(
                "/etc/hosts",
                phrase(
                    "line {first} leads {names} to {address}", first=first, names=names, address=elsewhere[0].address
                ),
                phrase("browsers and curl go there, not to the lab; the notebooks are not concerned"),
                f"sudo sed -i.bak '{first}d' {file.PATH}",
            )
        ]
    if mine:
        return [
            note(
                "/etc/hosts",
                plural(
                    "{number} of the lab's names leads to this machine",
                    "{number} of the lab's names lead to this machine",
                    sum(len(line.names) for line in mine),
                ),
                phrase("fine for browsers; the notebooks need none"),
                "lab hosts remove",
            )
        ]
    return [ok("/etc/hosts", phrase("none of the lab's names"))]


def _size(number: int) -> str:
    return f"{number / _GB:.1f} GB" if number >= _GB else f"{number // _MB} MB"
