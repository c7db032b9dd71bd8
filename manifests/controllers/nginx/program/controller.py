"""Keeps nginx as the Ingresses want it. `python controller.py begin` writes the first nginx.conf and ends.

One loop: wait for a change, look at everything, write nginx.conf, reload, tell people. What nginx.conf holds is
made by one pure function (render.py), so a change that is seen late, twice, or not at all makes no difference.
"""

import dataclasses
import logging
import os
import signal
import sys
import time
from pathlib import Path

import nginx
from annotations import Note, key
from api import Api
from objects import Cluster, Place
from publishing import Publisher, of_service
from render import Rendered, render
from watching import Watched, kinds

log = logging.getLogger("controller")
CONTROLLER = os.environ.get("CONTROLLER", "ingress-lab.dev/real-nginx")
"""spec.controller of the IngressClasses that are served."""
CLASS = os.environ.get("INGRESS_CLASS", "")
"""One class by its name, whatever its IngressClass says: then no right in the whole cluster is needed."""
NAMESPACE = os.environ.get("WATCH_NAMESPACE", "")
"""The only namespace that is followed (--watch-namespace); "" for all."""
UPDATE_STATUS = os.environ.get("UPDATE_STATUS", "true") == "true"
"""Whether the Ingresses show this controller's address (--update-status): not where another writes its own."""
PUBLISHED = (os.environ.get("POD_NAMESPACE", "real-nginx"), "real-nginx")
"""Namespace and name of the Service whose address the Ingresses show (--publish-service)."""
SNIPPETS_ALLOWED = os.environ.get("ALLOW_SNIPPETS") == "true"
GATHER_SECONDS = 0.02
"""After a change, others may come with it: several objects of one `kubectl apply` are one reload."""
WAIT_SECONDS = 0.2
"""While nginx does not run, or not all kinds have been listed."""


class Controller:
    def __init__(self, watched: Watched, publisher: Publisher) -> None:
        self._watched, self._publisher = watched, publisher
        self._place = place()
        self._certificate = nginx.make_default_certificate()
        self._text = ""
        self._files: dict[str, bytes] = {}
        self._accepted: dict[str, dict] = {}
        """The latest version of each Ingress that was not refused: it is served on, as in ingress-nginx's store."""
        self._broken: list[Note] = []

    def run(self) -> None:
        while True:
            self._watched.changed.wait()
            time.sleep(GATHER_SECONDS)
            self._watched.changed.clear()
            if self._watched.complete and nginx.running():
                self.sync()
            else:
                time.sleep(WAIT_SECONDS)
                self._watched.changed.set()

    def sync(self) -> None:
        """Once through everything."""
        ours = self._ours()
        rendered = self._render(ours)
        if (rendered.text, rendered.files) != (self._text, self._files):
            self._bring_in(rendered)
        self._publisher.notes(ours, rendered.notes + self._broken)
        if UPDATE_STATUS:
            served = [obj for obj in ours if key(obj) in rendered.served]
            self._publisher.addresses(served, of_service(self._service()))

    def _render(self, ours: list[dict]) -> Rendered:
        """Of a refused Ingress, the version before it is served, if there was one."""
        first = render(self._cluster(ours))
        by_key = {key(obj): obj for obj in ours}
        kept = {name: self._accepted[name] for name in first.refused if name in self._accepted}
        self._accepted = {name: by_key[name] for name in first.served} | kept
        again = [self._accepted.get(key(obj), obj) for obj in ours]
        if again == ours:
            return first
        second = render(self._cluster(again))
        return dataclasses.replace(second, notes=first.notes + [n for n in second.notes if n not in first.notes])

    def _bring_in(self, rendered: Rendered) -> None:
        """Write, reload, and go back to what was good if nginx does not take it."""
        self._text, self._files = rendered.text, rendered.files
        nginx.write(rendered)
        began = time.monotonic()
        outcome = nginx.reload()
        if not outcome.error:
            self._broken = []
            nginx.keep_as_good()
            log.info("reloaded in %.0f ms, %d Ingresses", (time.monotonic() - began) * 1000, len(rendered.served))
            return
        nginx.back_to_good()
        culprit = rendered.culprit(outcome.error, outcome.line)
        log.error("nginx keeps its old configuration: %s (Ingress %s)", outcome.error, culprit or "unknown")
        self._broken = [Note(culprit, "RELOAD", f"Error reloading NGINX: {outcome.error}")]

    def _cluster(self, ingresses: list[dict]) -> Cluster:
        objects = self._watched.objects
        return Cluster(
            ingresses,
            objects("services"),
            objects("slices"),
            objects("secrets"),
            objects("configmaps"),
            place=self._place,
            modules=nginx.modules(),
            resolvers=resolvers(),
            snippets_allowed=SNIPPETS_ALLOWED,
            default_certificate=self._certificate,
            user="root" if os.getuid() == 0 else "",
            ready=True,
        )

    def _ours(self) -> list[dict]:
        """Those of the one class, or else those whose class names this controller."""
        classes = (
            {CLASS}
            if CLASS
            else {
                obj["metadata"]["name"]
                for obj in self._watched.objects("ingressclasses")
                if obj["spec"].get("controller") == CONTROLLER
            }
        )
        return [obj for obj in self._watched.objects("ingresses") if _class_of(obj) in classes]

    def leave(self) -> None:
        """Nobody serves the Ingresses any more: their addresses go, unless another Pod of the Service goes on."""
        if not UPDATE_STATUS:
            return
        mine, found = (
            self._place.address.strip("[]"),
            Cluster(slices=self._watched.objects("slices")).slices_of(*PUBLISHED),
        )
        ready = [each for one in found for each in one.get("endpoints") or [] if each["conditions"].get("ready")]
        if not any(mine not in each["addresses"] for each in ready):
            log.info("the last Pod goes: no address for %d Ingresses", len(self._accepted))
            self._publisher.addresses([obj for obj in self._ours() if key(obj) in self._accepted], [])

    def _service(self) -> dict | None:
        for obj in self._watched.objects("services"):
            if (obj["metadata"]["namespace"], obj["metadata"]["name"]) == PUBLISHED:
                return obj
        return None


def place() -> Place:
    """This Pod's address, as nginx writes it."""
    address = os.environ.get("POD_IP", "127.0.0.1")
    return Place(f"[{address}]" if ":" in address else address)


def _class_of(obj: dict) -> str | None:
    """The field comes first, then the annotation of old manifests (GetIngressClass of store.go)."""
    old = (obj["metadata"].get("annotations") or {}).get("kubernetes.io/ingress.class")
    return obj["spec"].get("ingressClassName") or old


def resolvers() -> tuple[str, ...]:
    """The cluster's DNS, for names in auth-url, mirror-target and Services of type ExternalName."""
    words = [line.split() for line in Path("/etc/resolv.conf").read_text().splitlines()]
    found = [each[1] for each in words if len(each) > 1 and each[0] == "nameserver"]
    return tuple(f"[{address}]" if ":" in address else address for address in found)


def begin() -> None:
    """The first nginx.conf: no Ingress yet, and not ready."""
    certificate = nginx.make_default_certificate()
    user = "root" if os.getuid() == 0 else ""
    nginx.write(render(Cluster(place=place(), default_certificate=certificate, user=user)))
    nginx.keep_as_good()


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s", stream=sys.stdout)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if sys.argv[1:] == ["begin"]:
        begin()
        return
    api = Api()
    watched = Watched(api, kinds(NAMESPACE, by_class=not CLASS))
    watched.start()
    controller = Controller(watched, Publisher(api))
    try:
        controller.run()
    finally:  # SIGTERM: the Pod is taken away
        controller.leave()


if __name__ == "__main__":
    main()
