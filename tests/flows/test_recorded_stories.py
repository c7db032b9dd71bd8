"""The contract over time: 14 recorded stories of a real v1.36 cluster, played on a cluster of one node.

What may differ is listed, with its reason, in docs/fidelity.md; anything else fails. Several stories play at a time;
what differs then is played once more alone, since on a busy machine a controller may see two quick changes as one.
"""

import shutil
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import NamedTuple

import pytest
from fidelity import exceptions
from loopkube import cluster
from stories import Story

ROOT = Path(__file__).parent.parent.parent
STORIES = sorted((ROOT / "tests" / "recordings" / "stories").glob("*.json"))
TOGETHER = 5

Differences = list[tuple[str, str]]


class Played(NamedTuple):
    story: Story
    differs: Future[Differences]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Played]]:
    """Every story, several at a time, each in a namespace of its own."""
    if not shutil.which("kubectl"):
        pytest.skip("kubectl is not installed; the stories are told by what it prints")
    folder = tmp_path_factory.mktemp("stories")
    info = cluster.start(folder, config=ROOT / "manifests" / "cluster-one-node.yaml", http_port=0, https_port=0)
    try:
        with ThreadPoolExecutor(TOGETHER) as pool:
            stories = [Story(path, info.kubeconfig) for path in STORIES]
            yield {story.name: Played(story, pool.submit(lambda s=story: list(s.play()))) for story in stories}
    finally:
        cluster.stop(folder)


@pytest.mark.parametrize("name", [path.stem for path in STORIES])
def test_story_is_as_recorded(name: str, played: dict[str, Played]) -> None:
    wrong = unexpected(name, played[name].differs.result())
    if wrong:
        wait([other.differs for other in played.values()])
        again = unexpected(name, list(played[name].story.play()))
        wrong = {moment: what for moment, what in again.items() if moment in wrong}
    assert wrong == {}


def unexpected(name: str, differs: Differences) -> dict[str, str]:
    """{moment: what differs}, without what docs/fidelity.md lists."""
    return {moment: what for moment, what in differs if (name, moment) not in exceptions()}


@pytest.mark.parametrize("story, moment", [key for key, why in exceptions().items() if " may " not in why])
def test_what_is_said_to_differ_does(story: str, moment: str, played: dict[str, Played]) -> None:
    """A row of docs/fidelity.md that is no longer true must go."""
    assert moment in {found for found, _ in played[story].differs.result()}
