"""Keeps Envoy as the Gateways want it. `python controller.py begin` writes the first files and ends.

One loop: wait for a change, look at everything, write Envoy's files, write the statuses. Envoy watches the folder,
and reads a file when it is moved into its place.
"""

import datetime
import json
import logging
import os
import signal
import sys
import time
from pathlib import Path
from urllib.error import HTTPError

from api import Api
from watching import Watched

import statuses
from objects import GROUP, Objects, name
from render import Rendered, bootstrap, render, unsupported

log = logging.getLogger("controller")
KINDS = {
    "classes": f"/apis/{GROUP}/v1/gatewayclasses",
    "gateways": f"/apis/{GROUP}/v1/gateways",
    "routes": f"/apis/{GROUP}/v1/httproutes",
    "grants": f"/apis/{GROUP}/v1beta1/referencegrants",
    "namespaces": "/api/v1/namespaces",
    "services": "/api/v1/services",
    "slices": "/apis/discovery.k8s.io/v1/endpointslices",
}
PLURALS = {"classes": "gatewayclasses", "gateways": "gateways", "routes": "httproutes"}
GATHER_SECONDS = 0.02
"""After a change, others may come with it: several objects of one `kubectl apply` are written once."""
WAIT_SECONDS = 0.2


class Controller:
    def __init__(self, api: Api, watched: Watched) -> None:
        self._api, self._watched = api, watched
        self._clusters: dict[str, dict] = {}
        self._address = os.environ.get("ADDRESS", "envoy.envoy.svc.cluster.local")

    def run(self) -> None:
        while True:
            self._watched.changed.wait()
            time.sleep(GATHER_SECONDS if self._watched.complete else WAIT_SECONDS)
            self._watched.changed.clear()
            if self._watched.complete:
                self.sync()

    def sync(self) -> None:
        """Once through everything. A change that is seen late, or twice, makes no difference."""
        every = Objects(**{kind: self._watched.objects(kind) for kind in KINDS})
        served = Objects(**vars(every) | {"routes": [r for r in every.routes if not unsupported(r)]})
        self._write(render(served))
        said = render(every)
        for obj in statuses.served(every):
            self._tell("classes", obj, statuses.of_class(obj))
        for obj in every.ours():
            self._tell("gateways", obj, statuses.of_gateway(obj, said, self._address))
        for obj in every.routes:
            self._tell("routes", obj, statuses.of_route(obj, said))

    def _write(self, rendered: Rendered) -> None:
        """New clusters before the routes that name them. Those of the last time stay: requests may be under way."""
        write("clusters", list((self._clusters | rendered.clusters).values()))
        write("routes", [rendered.routes])
        self._clusters = rendered.clusters

    def _tell(self, kind: str, obj: dict, wanted: dict) -> None:
        there = obj.get("status") or {}
        if kind == "routes" and not wanted["parents"] and not there.get("parents"):
            return  # nobody's, and nobody has written anything
        now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        status = statuses.timed(wanted, there, now)
        if all(there.get(key) == value for key, value in status.items()):
            return
        namespace, title = name(obj)
        scope = f"/namespaces/{namespace}" if namespace else ""
        seen = {"resourceVersion": obj["metadata"]["resourceVersion"]}  # else a status of others may be lost
        try:
            body = {"metadata": seen, "status": status}
            self._api.patch(f"/apis/{GROUP}/v1{scope}/{PLURALS[kind]}/{title}/status", body)
        except HTTPError as error:  # it is gone, or was changed: the next change tells
            log.info("%s %s: its status was not written: %s", kind, title, error)


def write(title: str, resources: list[dict]) -> None:
    """A file that Envoy watches; it is replaced in one step."""
    text = json.dumps({"resources": resources}, indent=1)
    file = Path(f"{title}.json")
    if file.exists() and file.read_text() == text:
        return
    beside = Path(f"{title}.new")
    beside.write_text(text)
    beside.replace(file)
    log.info("%s written", file)


def begin() -> None:
    """The first files: no Gateway yet."""
    write("clusters", [])
    write("routes", [render(Objects()).routes])
    Path("bootstrap.json").write_text(json.dumps(bootstrap(os.environ["POD_IP"]), indent=1))


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s", stream=sys.stdout)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if sys.argv[1:] == ["begin"]:
        begin()
        return
    api = Api()
    watched = Watched(api, KINDS)
    watched.start()
    Controller(api, watched).run()


if __name__ == "__main__":
    main()
