"""The controller of a cluster that is not the lab's: its Pods, and where requests go in."""

from labcore.language.messages import phrase

from labtools.doctor.facts import Machine
from labtools.doctor.finding import Finding, ok, wrong


def controller(machine: Machine) -> list[Finding]:
    """Whether the controller of the person's own cluster was found, and is ready."""
    visited, name = machine.visit, phrase("controller's Pods")
    if visited.error:
        why = phrase("nothing can be asked of the cluster")
        return [wrong(phrase("controller"), visited.error.partition("\n")[0], why, f"{machine.kubectl} get nodes")]
    ready = [pod for pod in visited.pods if _is_ready(pod)]
    if not visited.pods:
        why = phrase("nobody serves any Ingress, or this account may not see who does")
        return [wrong(name, phrase("there is none"), why, f"{machine.kubectl} apply -f manifests/controllers/traefik")]
    if not ready:
        namespace, pod = visited.pods[0]["metadata"]["namespace"], visited.pods[0]["metadata"]["name"]
        why = phrase("nobody serves any Ingress until it runs")
        look = f"{machine.kubectl} describe pod {pod} --namespace {namespace}"
        return [wrong(name, phrase("{pod} is not ready", pod=pod), why, look)]
    return [ok(name, phrase("{number} ready", number=len(ready))), _entry(machine)]


def _entry(machine: Machine) -> Finding:
    if machine.visit.entry:
        return ok(phrase("entry"), machine.visit.entry)
    return wrong(
        phrase("entry"),
        phrase("nobody answers at the controller's addresses"),
        phrase("no request comes in"),
        f"lab up --cluster {machine.cluster} --http HOST:PORT --https HOST:PORT",
    )


def _is_ready(pod: dict) -> bool:
    conditions = pod.get("status", {}).get("conditions") or []
    return any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)
