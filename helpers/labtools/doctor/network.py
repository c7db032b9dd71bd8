"""Ports with their owners, loopback addresses, proxies and certificates of the environment."""

from labcore.language.messages import phrase

from labtools.doctor.facts import Machine, Owner
from labtools.doctor.finding import Finding, judged, note, ok, wrong

LOOPBACK = ("127.18.0.1", "127.244.1.1", "127.96.0.1")  # one of each kind: node, Pod, Service
_NEAR = (80, 443)
_LOCAL = ("traefik", "python", "python3")  # who holds the local cluster's entry
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
_EXCEPTIONS = "localhost,127.0.0.1,127.0.0.0/8"
_CERTIFICATES = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE", "PIP_CERT")


def ports(machine: Machine) -> list[Finding]:
    """The two ports of the entry must be free or the cluster's own; 80 and 443 are worth knowing."""
    if not machine.chosen.has_ports:
        return []  # its entry is at another machine, or at ports that nobody needs to free
    http, https = machine.ports
    findings = [_entry(machine, http, "--http-port"), _entry(machine, https, "--https-port")]
    return findings + [_near(machine, port) for port in _NEAR if port not in (http, https)]


def _entry(machine: Machine, port: int, option: str) -> Finding:
    name = phrase("port {port}", port=port)
    owner = machine.listeners.get(port)
    if owner is None and machine.may_listen("127.0.0.1", port):
        return ok(name, phrase("free"))
    if _ours(machine, owner):
        return ok(name, phrase("the cluster's entry"))
    other = port + 1000 if port < 64000 else port - 1000
    local = owner is not None and owner.program in _LOCAL
    if local and port in _local_ports(machine):
        return judged(
            True,
            name,
            phrase("taken by the lab's own local cluster"),
            phrase("the entry of two clusters cannot be one"),
            phrase("lab down --cluster local   (or lab up{command})", command=f"{machine.option} {option} {other}"),
        )
    return wrong(
        name,
        phrase("taken by {who}", who=_who(machine, port, owner)),
        phrase("the cluster's entry needs it"),
        phrase(
            "lab up{cluster} {option} {other}   (or end that program{end})",
            cluster=machine.option,
            option=option,
            other=other,
            end=_end(machine, port, owner),
        ),
    )


def _local_ports(machine: Machine) -> tuple[int, int]:
    info = machine.local.info
    return (info.http_port, info.https_port) if machine.local.state == "running" and info else (0, 0)


def _ours(machine: Machine, owner: Owner | None) -> bool:
    """The entry of the cluster that was chosen: Traefik with a socket from the local cluster, or Docker's."""
    return machine.is_made and (owner is None or owner.program in machine.chosen.entry_holders)


def _near(machine: Machine, port: int) -> Finding:
    owner = machine.listeners.get(port)
    if owner is None and machine.may_listen("127.0.0.1", port):
        return ok(phrase("port {port}", port=port), phrase("free"))
    if owner is None:
        return ok(phrase("port {port}", port=port), phrase("for root only; the lab does not need it"))
    return note(
        phrase("port {port}", port=port),
        phrase("taken by {who}", who=_who(machine, port, owner)),
        phrase("the lab does not need it; http://localhost/ leads there"),
        "",
    )


def _who(machine: Machine, port: int, owner: Owner | None) -> str:
    if container := machine.container(port, owner.program if owner else ""):
        return phrase("the container {container}", container=container)
    if owner is None or not owner.program:
        return phrase("a program of another user")
    return phrase("{program} (process {pid})", program=owner.program, pid=owner.pid)


def _end(machine: Machine, port: int, owner: Owner | None) -> str:
    if container := machine.container(port, owner.program if owner else ""):
        return f": docker stop {container}"
    return f": kill {owner.pid}" if owner and owner.pid else ""


def loopback(machine: Machine) -> list[Finding]:
    """The local cluster's nodes, Pods and Services have addresses of their own in 127.0.0.0/8."""
    refused = [address for address in LOOPBACK if not machine.may_listen(address)]
    if not refused:
        return [ok(phrase("loopback"), phrase("127.0.0.0/8 may be used"))]
    if machine.system == "darwin":
        why = phrase("macOS gives programs 127.0.0.1 only, and the local cluster needs an address a Pod")
    else:
        why = phrase("the local cluster needs an address for each node, Pod and Service")
    return [
        judged(
            machine.chosen.on_loopback,
            phrase("loopback"),
            phrase("{refused} cannot be used", refused=", ".join(refused)),
            why,
            phrase("export INGRESS_LAB_CLUSTER=kind   (Docker), or use Linux, WSL2 or a Linux container"),
        )
    ]


def low_ports(machine: Machine) -> list[Finding]:
    """Services at port 80: who reaches them when this user may not listen there."""
    if not machine.chosen.on_loopback:
        return []
    name, lowest = phrase("low ports"), machine.lowest_port
    if not lowest:
        return [ok(name, phrase("Services listen on every port"))]
    if machine.leads_programs:
        state = phrase("Services below port {lowest} answer the lab, Pods and port-forwards", lowest=lowest)
        why = phrase(
            "you may not listen there: a program in a terminal, such as curl, finds nothing at a Service's port"
        )
    else:
        state = phrase("Services below port {lowest} answer the lab, Python in Pods and port-forwards", lowest=lowest)
        why = phrase(
            "you may not listen there, and this system refuses seccomp notices: a program in a terminal, such as curl, "
            "finds nothing at a Service's port, nor does a program in a Pod that is not Python"
        )
    fix = "sudo sysctl net.ipv4.ip_unprivileged_port_start=0 && lab down && lab up"
    return [note(name, state, why, fix)]


def proxies(machine: Machine) -> list[Finding]:
    """The lab's own requests pass proxies by; kubectl, curl and pip do not."""
    variables = {n: v for name in _PROXIES for n in (name, name.lower()) if (v := machine.env.get(n, ""))}
    if not variables:
        return [ok(phrase("proxy"), phrase("none in the environment"))]
    excepted = {w.strip().lstrip(".") for n in ("NO_PROXY", "no_proxy") for w in machine.env.get(n, "").split(",")}
    names = ", ".join(sorted(variables))
    if excepted & {"*", "127.0.0.1", "127.0.0.0/8"} and (excepted & {"*", "localhost"}):
        return [ok(phrase("proxy"), phrase("{names}, not for this machine's own addresses", names=names))]
    return [
        wrong(
            phrase("proxy"),
            phrase("{names} without an exception for this machine", names=names),
            phrase("curl and other programs would ask the proxy for 127.0.0.1, which it cannot reach"),
            f"export NO_PROXY={_EXCEPTIONS} no_proxy={_EXCEPTIONS}",
        )
    ]


def certificates(machine: Machine) -> list[Finding]:
    """A CA bundle of the environment that is not there breaks pip and every HTTPS request that honours it."""
    given = {name: machine.env[name] for name in _CERTIFICATES if machine.env.get(name)}
    gone = [name for name, path in given.items() if not machine.exists(path)]
    if gone:
        return [
            wrong(
                phrase("CA bundle"),
                phrase("{gone} names {given}, which is not there", gone=gone[0], given=given[gone[0]]),
                phrase("pip, requests and curl fail at every HTTPS address"),
                f"unset {' '.join(gone)}",
            )
        ]
    return [
        ok(
            phrase("CA bundle"),
            phrase("set by {given}; the lab's own requests do not use it", given=", ".join(given))
            if given
            else phrase("the system's"),
        )
    ]
