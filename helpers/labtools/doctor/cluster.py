"""The controller's health: class, controller field, rights, node label, port mapping, Pods, entry."""

from labcore.language.messages import phrase

from labtools.clusters.shared import answering
from labtools.doctor import context
from labtools.doctor.facts import Machine
from labtools.doctor.finding import OK, WRONG, Finding, note, ok, wrong
from labtools.doctor.reader import Reader, Unreadable

ACCOUNT = "system:serviceaccount:traefik:traefik"
CONTROLLERS = {"traefik": "traefik.io/ingress-controller", "nginx": "k8s.io/ingress-nginx"}
LABEL = "ingress-ready"
_CAUSES = (phrase("node label"), phrase("port mapping"), phrase("controller's Pods"))
"""Without a Pod of the controller where the ports lead, nobody answers there."""
_APPLY = "{kubectl} apply --server-side --force-conflicts -f manifests/controllers/traefik"
RIGHTS = (
    ("list", "networking.k8s.io", "ingresses"),
    ("list", "networking.k8s.io", "ingressclasses"),
    ("update", "networking.k8s.io", "ingresses/status"),
    ("list", "", "services"),
    ("list", "discovery.k8s.io", "endpointslices"),
    ("list", "", "secrets"),
)


def controller(machine: Machine) -> list[Finding]:
    """All about the controller of a lab's own cluster; `context` looks at that of a foreign one."""
    if machine.chosen.shared:
        return context.controller(machine)
    if machine.paused or _brainless(machine):
        return [note(phrase("controller"), phrase("not looked at"), phrase("follows from the nodes; fix that first"))]
    if machine.api is None:
        return [note(phrase("controller"), phrase("no cluster runs"), "", f"lab up{machine.option}")]
    if machine.recorded_controller == "ingress-nginx":
        return _of_nginx(machine, machine.api)
    try:
        findings = [*_classes(machine.api), *_rights(machine.api), *_nodes(machine, machine.api)]
        for more in (_pods(machine.api), _entry(machine)):
            findings += _followers(findings, more)
        return [_with_mend(machine, finding) for finding in findings]
    except Unreadable as error:
        return [
            wrong(
                phrase("controller"),
                error.message,
                phrase("nothing can be asked of the cluster"),
                f"lab down{machine.option} && lab up{machine.option}",
            )
        ]


def _brainless(machine: Machine) -> bool:
    """Some node is on, and the one with the API is not: the first, in the cluster file and in Docker's list."""
    return bool(machine.off) and len(machine.off) < len(machine.power) and next(iter(machine.power)) in machine.off


def _of_nginx(machine: Machine, api: Reader) -> list[Finding]:
    """A cluster that was made with ingress-nginx in place of Traefik."""
    try:
        findings = _pods(api, "ingress-nginx", f"lab down{machine.option} --delete && lab up{machine.option}")
        return [_with_mend(machine, finding) for finding in [*findings, *_followers(findings, _entry(machine))]]
    except Unreadable as error:
        again = f"lab down{machine.option} && lab up{machine.option}"
        return [wrong(phrase("controller"), error.message, phrase("nothing can be asked of the cluster"), again)]


def _followers(before: list[Finding], findings: list[Finding]) -> list[Finding]:
    """What follows from an earlier fault needs no fix of its own."""
    cause = next((f.name for f in before if f.state == WRONG and f.name in _CAUSES), "")
    if not cause:
        return findings
    return [
        f if f.state == OK else note(f.name, f.found, phrase("follows from the {cause}; fix that first", cause=cause))
        for f in findings
    ]


def _classes(api: Reader) -> list[Finding]:
    there = {
        c["metadata"]["name"]: c.get("spec", {}).get("controller", "")
        for c in api.items("/apis/networking.k8s.io/v1/ingressclasses")
    }
    apply = f"{_APPLY}/3-classes.yaml"
    findings = []
    for name, controller_name in CONTROLLERS.items():
        if name not in there:
            findings.append(
                wrong(
                    phrase("class {name}", name=name),
                    phrase("there is no such IngressClass"),
                    phrase("Ingresses that name it are served by nobody: 404"),
                    apply,
                )
            )
        elif there[name] != controller_name:
            again = f"{{kubectl}} delete ingressclass {name} && {apply}"  # spec.controller cannot be changed
            findings.append(
                wrong(
                    phrase("class {name}", name=name),
                    phrase("its spec.controller is {there}, not {wanted}", there=there[name], wanted=controller_name),
                    phrase("this Traefik passes its Ingresses over: 404"),
                    again,
                )
            )
    return findings or [ok(phrase("classes"), ", ".join(CONTROLLERS))]


def _rights(api: Reader) -> list[Finding]:
    lacking = [f"{verb} {what}" for verb, group, what in RIGHTS if not api.may(ACCOUNT, verb, group, what)]
    if lacking:
        return [
            wrong(
                phrase("controller's rights"),
                phrase("{account} may not {lacking}", account=ACCOUNT, lacking=", ".join(lacking)),
                phrase("Traefik waits for what it may not read, and routes nothing"),
                f"{_APPLY}/2-access.yaml",
            )
        ]
    return [ok(phrase("controller's rights"), phrase("{number} checked", number=len(RIGHTS)))]


def _nodes(machine: Machine, api: Reader) -> list[Finding]:
    """The label that the controller asks for, on a node that has the port mapping."""
    labels = {n["metadata"]["name"]: n["metadata"].get("labels") or {} for n in api.items("/api/v1/nodes")}
    ready = [name for name, node_labels in labels.items() if node_labels.get(LABEL) == "true"]
    mapped = [name for name in _mapped(machine) if name in labels]  # none of them: it was made from another file
    if not ready:
        first = next(iter([*mapped, *labels]), "NODE")
        return [
            wrong(
                phrase("node label"),
                phrase("no node carries {label}=true", label=LABEL),
                phrase("the controller's DaemonSet puts a Pod on such nodes only: there is none"),
                f"{{kubectl}} label node {first} {LABEL}=true",
            )
        ]
    if mapped and not set(ready) & set(mapped):
        move = f"{{kubectl}} label node {mapped[0]} {LABEL}=true && {{kubectl}} label node {ready[0]} {LABEL}-"
        return [
            wrong(
                phrase("port mapping"),
                phrase(
                    "{label}=true is on {ready}, the port mapping on {mapped}",
                    label=LABEL,
                    ready=", ".join(ready),
                    mapped=", ".join(mapped),
                ),
                phrase("the controller sits where no port of this machine leads"),
                move,
            )
        ]
    return [
        ok(
            phrase("node label"),
            phrase("{label}=true on {ready}, where the ports lead", label=LABEL, ready=", ".join(ready)),
        )
    ]


def _mapped(machine: Machine) -> list[str]:
    """The nodes of the cluster file whose port 80 is mapped, by kind's names."""
    import yaml

    file = machine.chosen.cluster_file
    text = machine.read(machine.project / file) if file else None
    config = yaml.safe_load(text) if text else {}
    names, counts = [], dict.fromkeys(("control-plane", "worker"), 0)
    for node in config.get("nodes", []):
        counts[node["role"]] += 1
        number = counts[node["role"]]
        if any(m["containerPort"] == 80 for m in node.get("extraPortMappings", [])):
            names.append(f"{config['name']}-{node['role']}{number if number > 1 else ''}")
    return names


def _pods(api: Reader, namespace: str = "traefik", install: str = _APPLY) -> list[Finding]:
    there = api.items(f"/api/v1/namespaces/{namespace}/pods")
    pods = [pod for pod in there if not pod["metadata"].get("deletionTimestamp")]  # one that leaves is not a problem
    if not pods:
        return [
            wrong(
                phrase("controller's Pods"),
                phrase("there is none"),
                phrase("nobody serves any Ingress"),
                install,
            )
        ]
    bad = {pod["metadata"]["name"]: state for pod in pods if (state := pod_trouble(pod))}
    if bad:
        name, state = next(iter(bad.items()))
        return [
            wrong(
                phrase("controller's Pods"),
                f"{name}: {state}",
                phrase("nobody serves any Ingress until it runs"),
                f"{{kubectl}} describe pods --namespace {namespace}",
            )
        ]
    return [ok(phrase("controller's Pods"), phrase("{number} ready", number=len(pods)))]


def pod_trouble(pod: dict) -> str:
    """Why a Pod is not ready, in a word; "" if it is."""
    status = pod.get("status", {})
    if any(c["type"] == "Ready" and c["status"] == "True" for c in status.get("conditions") or []):
        return ""
    states = [s.get("state", {}) for s in status.get("containerStatuses") or []]
    reasons = [detail.get("reason", "") for state in states for detail in state.values() if isinstance(detail, dict)]
    return next(filter(None, reasons), status.get("phase", phrase("not ready")))


def _entry(machine: Machine) -> list[Finding]:
    port = machine.ports[0]
    outcome = answering.look("127.0.0.1", port, 1.0)
    if outcome != answering.ANSWERS:
        return [
            wrong(
                phrase("entry"),
                f"127.0.0.1:{port}: {outcome}",
                phrase("no request comes in"),
                f"lab down{machine.option} && lab up{machine.option}",
            )
        ]
    return [ok(phrase("entry"), phrase("127.0.0.1:{port} answers", port=port))]


def _with_mend(machine: Machine, finding: Finding) -> Finding:
    """The fix with kubectl's options for this cluster; without kubectl, a new start applies the manifests again."""
    from dataclasses import replace

    if "{kubectl}" not in finding.fix:
        return finding
    if machine.chosen.up_applies_controller and not machine.which("kubectl") and " apply " in finding.fix:
        return replace(finding, fix=phrase("lab down && lab up   (a start applies manifests/controllers/traefik)"))
    return replace(finding, fix=finding.fix.replace("{kubectl}", machine.kubectl))
