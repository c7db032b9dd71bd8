"""The folder's objects as one candidate gets them: what `lab migrate` would write, and all that it reads beside it."""

from collections.abc import Sequence

from labcore.language.messages import joined, phrase

from labtools.migrate.found import Input
from labtools.migrate.migration import migration
from labtools.migrate.reading import taken


def converted(objects: Sequence[dict], candidate: str) -> tuple[list[dict], list[str]]:
    """The objects to apply, and a sentence for each Ingress that is not written."""
    given = taken(Input("replay"), [(obj, "replay") for obj in objects], [])
    made = migration(given, [candidate])
    written = [obj for _, listed in made.objects(candidate) for obj in listed]
    names = {(obj["kind"], obj["metadata"].get("namespace"), obj["metadata"]["name"]) for obj in written}
    beside = [
        obj
        for obj in objects
        if obj["kind"] != "Ingress"
        and (obj["kind"], obj["metadata"]["namespace"], obj["metadata"]["name"]) not in names
    ]
    refused = [
        phrase("Ingress {name} was not written: {why}", name=plan.found.title, why=joined(" ", plan.refused))
        for plan in made.refused(candidate)
    ]
    return [*beside, *written], refused
