"""What the public conformance features of Ingress ask of hosts, paths, default backend, class and many replicas.

Each scenario of kubernetes-sigs/ingress-controller-conformance: the tables are in labtools.conformance.
"""

from collections.abc import Iterator

import pytest
from ingress_lab.lab import Lab
from labtools.conformance import senders
from labtools.conformance.scoring import Scoring
from loopkube.cluster import ClusterInfo

AS_TRAEFIK_READS = {"mixed-path-rules/foo": "foo-prefix"}
"""Where Traefik differs, here as on any cluster (docs/fidelity.md): the longer rule text comes first, a prefix here."""


@pytest.fixture(scope="module")
def lab(cluster: ClusterInfo) -> Iterator[Lab]:
    made = Lab.connect("flow-conformance")
    yield made
    made.clean_up()


def test_traefik_passes_29_of_30(lab: Lab) -> None:
    scoring = Scoring(lab, "traefik", senders.by_entry(lab))
    scoring.prepare()
    score = scoring.run()
    assert (str(score), score.failed) == ("29 of 30", AS_TRAEFIK_READS)


@pytest.mark.long
def test_a_class_that_nobody_serves_passes_what_wants_404_and_nothing_else(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A score is worth something only if a controller that is not there gets none."""
    monkeypatch.setenv("INGRESS_LAB_PATIENCE", "0.05")
    scoring = Scoring(lab, "nobodys-class", senders.by_entry(lab), ("paths", "class"))
    scoring.prepare()
    score = scoring.run()
    assert set(score.seen) - set(score.failed) == {"class"}
