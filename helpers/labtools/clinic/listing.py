"""Which cases can be played on the cluster at hand."""

from collections.abc import Iterator

from labcore import clusters
from labcore.language.messages import joined, phrase

from labtools.clinic import card, registry
from labtools.clinic.ground import Ground
from labtools.clinic.playing import unmet


def listed(cluster: str | None) -> Iterator[str]:
    """The cases; where the cluster runs, those that it cannot play say why."""
    yield from card.listed(_lacking(cluster) if clusters.of(cluster).status().running else {})


def _lacking(cluster: str | None) -> dict[str, str]:
    """{case: why it cannot be played here}."""
    found, ground = {}, Ground.of(cluster)
    for case in registry.every():
        if (case.needs or case.elsewhere) and (lacks := unmet(case, ground.elsewhere(case.elsewhere))):
            found[case.name] = phrase("not here: needs {needs}", needs=joined(", ", lacks))
    return found
