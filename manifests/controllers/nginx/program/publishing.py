"""What people see of the controller's work: addresses in the status of Ingresses, and Events."""

import datetime
import logging
import os
import time
from urllib.error import HTTPError

from annotations import Note, key
from api import Api

log = logging.getLogger("publishing")
COMPONENT = "real-nginx-controller"


class Publisher:
    """Writes what differs from what it has written or seen."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._told: set[tuple[str, Note]] = set()

    def addresses(self, ingresses: list[dict], wanted: list[dict]) -> None:
        """status.loadBalancer.ingress of all that are served."""
        for obj in ingresses:
            found = ((obj.get("status") or {}).get("loadBalancer") or {}).get("ingress") or []
            if [{k: each[k] for k in ("ip", "hostname") if k in each} for each in found] != wanted:
                self._try(_path(obj) + "/status", {"status": {"loadBalancer": {"ingress": wanted or None}}})

    def notes(self, ingresses: list[dict], notes: list[Note]) -> None:
        """Each once for each version of the Ingress that a person wrote: in the log, and as an Event."""
        by_key = {key(obj): obj for obj in ingresses}
        for note in notes:
            obj = by_key.get(note.ingress)
            if obj is None:
                continue
            mark = (f"{obj['metadata']['uid']}/{obj['metadata'].get('generation')}/{_annotations(obj)}", note)
            if mark not in self._told:
                self._told.add(mark)
                log.warning("Ingress %s: %s: %s", note.ingress, note.reason, note.message)
                self._event(obj, note)

    def _event(self, obj: dict, note: Note) -> None:
        now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        meta = obj["metadata"]
        event = {
            "metadata": {"name": f"{meta['name'][:200]}.{time.time_ns():x}", "namespace": meta["namespace"]},
            "involvedObject": {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "Ingress",
                "name": meta["name"],
                "namespace": meta["namespace"],
                "uid": meta["uid"],
            },
            "type": "Warning",
            "reason": note.reason,
            "message": note.message[:1000],
            "source": {"component": COMPONENT, "host": os.environ.get("NODE_NAME", "")},
            "firstTimestamp": now,
            "lastTimestamp": now,
            "count": 1,
        }
        try:
            self._api.create(f"/api/v1/namespaces/{meta['namespace']}/events", event)
        except (OSError, HTTPError) as error:
            log.warning("no Event for Ingress %s: %s", note.ingress, error)

    def _try(self, path: str, changes: dict) -> None:
        try:
            self._api.patch(path, changes)
        except (OSError, HTTPError) as error:
            log.warning("%s: %s", path, error)


def of_service(service: dict | None) -> list[dict]:
    """statusAddressFromService of internal/ingress/status/status.go: what an Ingress shows as its address."""
    spec = (service or {}).get("spec") or {}
    external = [{"ip": ip} for ip in spec.get("externalIPs") or []]
    kind = spec.get("type", "ClusterIP")
    if kind == "ExternalName":
        return [{"hostname": spec["externalName"]}]
    if kind == "LoadBalancer":
        found = (((service or {}).get("status") or {}).get("loadBalancer") or {}).get("ingress") or []
        known = [{k: each[k] for k in ("ip", "hostname") if k in each} for each in found]
        return known + [each for each in external if each not in known]
    if kind == "NodePort" and external:
        return external
    return [{"ip": spec["clusterIP"]}] if spec.get("clusterIP") else []


def _path(obj: dict) -> str:
    meta = obj["metadata"]
    return f"/apis/networking.k8s.io/v1/namespaces/{meta['namespace']}/ingresses/{meta['name']}"


def _annotations(obj: dict) -> int:
    return hash(tuple(sorted((obj["metadata"].get("annotations") or {}).items())))
