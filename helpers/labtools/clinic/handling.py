"""What a case does to objects that are there."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from labtools.clinic.ground import Ground


def delete(ground: "Ground", kind: str, name: str) -> None:
    """Ask for an object of the case's own namespace to be deleted; a finalizer may keep it."""
    ground.api.request("delete", ground.api.resources().named(kind).path(ground.namespace, name))


def delete_all(ground: "Ground", kind: str, labels: str) -> None:
    """The same for all objects with these labels."""
    for obj in ground.api.list(ground.api.resources().named(kind), ground.namespace, labels=labels)["items"]:
        delete(ground, kind, obj["metadata"]["name"])
