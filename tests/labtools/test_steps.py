"""The steps of a start in the reader's language."""

from labtools.commands import steps
from loopkube.process.startup import STEPS


def test_every_step_of_the_local_cluster_has_words() -> None:
    assert [phrase.template for phrase in steps.OF_THE_LOCAL_CLUSTER] == [name for name, _ in STEPS]
