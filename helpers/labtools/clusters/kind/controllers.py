"""Install the ingress controller, and wait until the entry answers."""

import urllib.request
from pathlib import Path

from labcore.language.messages import joined, phrase
from labcore.machine import paths

from labtools.clusters.kind import failures, pins
from labtools.clusters.kind.record import Record
from labtools.clusters.kind.tools import Tools
from labtools.clusters.shared import answering

TRAEFIK, INGRESS_NGINX = "traefik", "ingress-nginx"
RETIRED = phrase(
    "ingress-nginx {ingress_nginx} is retired since March 2026: no fixes, no security "
    "updates. Use it for old material only; the notebooks' Ingresses of class traefik "
    "are not served by it.",
    ingress_nginx=pins.INGRESS_NGINX,
)
_LOOK = 5.0  # seconds for the first answer of the place that has the manifests
_WORKLOADS = {TRAEFIK: "daemonset/traefik", INGRESS_NGINX: "deployment/ingress-nginx-controller"}


def require_source(controller: str) -> None:
    """The manifests can be fetched; said before a minute is spent on creating nodes. They are fetched by kubectl."""
    if controller != INGRESS_NGINX:
        return
    try:
        urllib.request.urlopen(pins.INGRESS_NGINX_MANIFEST, timeout=_LOOK).close()  # noqa: S310 - a constant
    except OSError as error:
        raise failures.KindFailed(
            phrase(
                "the manifests of ingress-nginx cannot be fetched ({error}), and nothing was created:\n"
                "  {url}\n"
                "With a network (behind a proxy: HTTPS_PROXY) try again; without one use the lab's own controller:\n"
                "  lab up --cluster kind",
                error=getattr(error, "reason", error),
                url=pins.INGRESS_NGINX_MANIFEST,
            ),
            "controller-source",
        ) from error


def apply(tools: Tools, controller: str) -> None:
    """Apply its manifests. The namespace has the controller's name in both cases."""
    retired = " (retired)" if controller == INGRESS_NGINX else ""
    tools.on_step(phrase("controller {controller}{retired}", controller=controller, retired=retired))
    tools.run(phrase("installing {controller}", controller=controller), tools.commands.apply(source(controller)))
    if controller == INGRESS_NGINX:
        tools.run(phrase("placing {controller}", controller=controller), tools.commands.place_ingress_nginx())


def wait_rollout(tools: Tools, controller: str) -> None:
    """Until its Pods are ready."""
    seconds = tools.timing.controller
    done = tools.try_(tools.commands.rollout(_WORKLOADS[controller], controller, seconds), limit=seconds + 30)
    if not done.ok:
        raise _not_rolled_out(tools, controller, done.printed)


def source(controller: str) -> str | Path:
    """What `kubectl apply -f` takes: the lab's folder, or the pinned URL."""
    if controller == INGRESS_NGINX:
        return pins.INGRESS_NGINX_MANIFEST
    return paths.project() / "manifests" / "controllers" / "traefik"


def _not_rolled_out(tools: Tools, controller: str, printed: str) -> failures.KindFailed:
    """Its Pods' STATUS says why: an image that cannot be pulled, a crash, no node to run on."""
    pods = tools.try_(tools.commands.get_pods(controller), limit=30)
    states = pod_states(pods.out)
    reasons = joined(
        ", ", [phrase("{name} is {state}", name=name, state=state) for name, state in states.items()]
    ) or phrase("it has no Pod")
    if any("ImagePull" in state for state in states.values()):
        return failures.KindFailed(
            phrase(
                "{controller} does not start: {words}. The node cannot pull the image. With a "
                "network: lab up --cluster kind tries again; without one: lab images load FOLDER "
                "(from `lab images save FOLDER` elsewhere)",
                controller=controller,
                words=reasons,
            ),
            "controller-image",
        )
    look = " ".join(tools.commands.kubectl("describe", "pods", "--namespace", controller))
    return failures.KindFailed(
        phrase(
            "{controller} was not ready within {seconds} s: {words}. Why:\n  {look}\nAll that was printed: {log}",
            controller=controller,
            seconds=tools.timing.controller,
            words=reasons,
            look=look,
            log=tools.records.log,
        ),
        "controller",
    )


def pod_states(table: str) -> dict[str, str]:
    """Pod name to STATUS, from `kubectl get pods`."""
    rows = [line.split() for line in table.splitlines()[1:]]
    return {row[0]: row[2] for row in rows if len(row) > 2}


def wait_entry(tools: Tools, record: Record) -> None:
    """Until the mapped port answers HTTP (404 is an answer)."""
    tools.on_step(phrase("first answer"))
    port = record.http_port
    outcome = answering.wait("127.0.0.1", port, tools.timing.entry, pause=0.1)
    if outcome == answering.ANSWERS:
        return
    reasons = {
        answering.NOBODY: phrase(
            "the node is up, but nothing listens on its port 80: is the controller on the node "
            "that has the port mapping (label ingress-ready)?"
        ),
        answering.CLOSED: phrase("the node with the port mapping is stopped"),
    }
    look = " ".join(tools.commands.get_pods(record.controller))
    raise failures.KindFailed(
        phrase(
            "nobody answers on 127.0.0.1:{port}: {found}\n  {look}\n  lab doctor --cluster kind",
            port=port,
            found=reasons.get(outcome, outcome),
            look=look,
        ),
        "entry",
    )


def start_load_balancer(tools: Tools) -> None:
    """cloud-provider-kind gives Services of type LoadBalancer an address; an older one of ours is replaced."""
    tools.on_step("cloud-provider-kind")
    tools.try_(tools.commands.stop_cloud_provider())
    tools.run(phrase("starting cloud-provider-kind"), tools.commands.run_cloud_provider())
