"""Ingresses for ingress-nginx, planned on a candidate: for tests of `lab migrate`, in memory."""

from cluster_objects import ingress
from labtools.migrate.found import Input
from labtools.migrate.migration import Migration, migration
from labtools.migrate.plan import Plan
from labtools.migrate.reading import taken
from labtools.migrate.table import CANDIDATES, PREFIX

VERSION = {"apiVersion": "networking.k8s.io/v1"}


def nginx(path: str = "/x", path_type: str = "Prefix", host: str = "a.com", *, name: str = "i", service: str = "web",
          tls: bool = False, **said: str) -> dict:  # fmt: skip
    """An Ingress with one path; `said` are annotations with _ for -."""
    notes = {PREFIX + key.replace("_", "-"): value for key, value in said.items()}
    made = ingress((host, path, path_type, service), name=name, class_name="nginx", annotations=notes, tls=tls)
    return VERSION | made


def migrated(*objects: dict, candidates: tuple[str, ...] = CANDIDATES) -> Migration:
    """All objects as one input."""
    given = taken(Input("test"), [({"apiVersion": "v1"} | obj, "test") for obj in objects])
    assert not given.bad, given.bad
    return migration(given, candidates)


def plan(candidate: str, *objects: dict, name: str = "i") -> Plan:
    """What becomes of one of them."""
    found = migrated(*objects, candidates=(candidate,))
    return next(one for one in found.plans[candidate] if one.found.name == name)


def specs(made: Plan, kind: str) -> list[dict]:
    """The specs of the objects of a kind."""
    return [obj["spec"] for obj in made.objects if obj["kind"] == kind]
