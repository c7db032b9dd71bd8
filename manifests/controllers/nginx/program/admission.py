"""What ingress-nginx's webhook refuses (CheckIngress of controller.go): here it stays, and is not served."""

import options
import rewriting
from annotations import Note, Reader, Refused, key
from model import Accepted
from objects import Cluster


def in_order(ingresses: list[Accepted]) -> list[Accepted]:
    """sortIngressSlice of store.go: the oldest first; of the same second, the last by name."""
    return sorted(sorted(ingresses, key=lambda each: each.key, reverse=True), key=lambda each: _created(each.obj))


def _created(obj: dict) -> str:
    return obj["metadata"].get("creationTimestamp") or ""


def accept(cluster: Cluster) -> tuple[list[Accepted], dict[str, str], list[Note]]:
    """(those that are served, why others are not, what people should know).

    The webhook sees one after the other: the oldest first; of the same second, in the order in which they came.
    """
    accepted: list[Accepted] = []
    refused: dict[str, str] = {}
    notes: list[Note] = []
    taken: dict[tuple[str, str], list[Accepted]] = {}
    for obj in sorted(cluster.ingresses, key=_created):
        reader = Reader(obj, options.RULES)
        try:
            _check_paths(obj)
            ingress = Accepted(obj, options.read(reader, cluster))
            _check_overlap(ingress, taken)
        except Refused as why:
            refused[key(obj)] = str(why)
            notes.append(Note(key(obj), "Refused", str(why)))
        else:
            accepted.append(ingress)
            for place in _places(ingress):
                taken.setdefault(place, []).append(ingress)
            notes += reader.notes
    return in_order(accepted), refused, notes


def _check_paths(obj: dict) -> None:
    """strict-validate-path-type: letters, digits and `-_./` for Exact and Prefix."""
    wrong = []
    for rule in obj["spec"].get("rules") or []:
        for each in (rule.get("http") or {}).get("paths") or []:
            path, kind = each.get("path") or "", each.get("pathType") or "<nil>"
            if not rewriting.is_valid_path(path, kind):
                wrong.append(f"path {path} cannot be used with pathType {kind}")
    if wrong:
        raise Refused("ingress contains invalid paths: " + "\n".join(wrong))


def _places(ingress: Accepted) -> list[tuple[str, str]]:
    return [(rule.get("host") or "_", path) for rule in ingress.rules for path, _, _ in ingress.paths(rule)]


def _check_overlap(ingress: Accepted, taken: dict[tuple[str, str], list[Accepted]]) -> None:
    """checkOverlap: a host and path belong to one Ingress, and to its canary."""
    for host, path in _places(ingress):
        for other in taken.get((host, path), []):
            both = ingress.options.canary.enabled and other.options.canary.enabled
            neither = not _says_canary(ingress) and not _says_canary(other)
            if both or neither:
                raise Refused(f'host "{host}" and path "{path}" is already defined in ingress {other.key}')


def _says_canary(ingress: Accepted) -> bool:
    return "nginx.ingress.kubernetes.io/canary" in (ingress.obj["metadata"].get("annotations") or {})
