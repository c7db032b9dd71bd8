"""Objects as a conversion writes them: plain Ingresses of class traefik, and Traefik's own kinds."""

from labtools.migrate.found import CLASS_ANNOTATION, Found
from labtools.migrate.table import PREFIX

CLASS = "traefik"
OWN = "traefik.ingress.kubernetes.io/"
API = "traefik.io/v1alpha1"


def reference(found: Found, name: str) -> str:
    """How an annotation names an object of Traefik's own kinds."""
    return f"{found.home}-{name}@kubernetescrd"


def own(found: Found, kind: str, name: str, spec: dict) -> dict:
    """An object of one of Traefik's kinds, beside the Ingress."""
    return {"apiVersion": API, "kind": kind, "metadata": meta(found, name), "spec": spec}


def meta(found: Found, name: str) -> dict:
    """Name, namespace (where the Ingress names one) and labels."""
    scope = {"namespace": found.namespace} if found.namespace else {}
    labels = {"labels": dict(found.meta["labels"])} if found.meta.get("labels") else {}
    return {"name": name} | scope | labels


def ingress(found: Found, name: str, notes: dict[str, str], spec: dict) -> dict:
    """An Ingress of class traefik that keeps the annotations of other programs."""
    kept = {key: value for key, value in found.notes.items() if is_others(key)} | notes
    made = meta(found, name) | ({"annotations": kept} if kept else {})
    return {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": made, "spec": spec}


def is_others(key: str) -> bool:
    """Is an annotation none of this dialect, nor of the old class, nor kubectl's own?"""
    return not key.startswith((PREFIX, OWN, "kubectl.kubernetes.io/", CLASS_ANNOTATION))
