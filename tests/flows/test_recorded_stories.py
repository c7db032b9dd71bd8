"""The contract over time: 14 recorded stories of a real v1.36 cluster, played on a cluster of one node.

What may differ is listed, with its reason, in docs/fidelity.md; anything else fails.
"""

import shutil
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from fidelity import exceptions
from loopkube import cluster
from stories import Story

ROOT = Path(__file__).parent.parent.parent
STORIES = sorted((ROOT / "tests" / "recordings" / "stories").glob("*.json"))
TOGETHER = 5

Differences = list[tuple[str, str]]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[Differences]]]:
    """Every story, several at a time, each in a namespace of its own."""
    if not shutil.which("kubectl"):
        pytest.skip("kubectl is not installed; the stories are told by what it prints")
    folder = tmp_path_factory.mktemp("stories")
    info = cluster.start(folder, config=ROOT / "manifests" / "cluster-one-node.yaml", http_port=0, https_port=0)
    try:
        with ThreadPoolExecutor(TOGETHER) as pool:
            stories = [Story(path, info.kubeconfig) for path in STORIES]
            yield {story.name: pool.submit(lambda s=story: list(s.play())) for story in stories}
    finally:
        cluster.stop(folder)


@pytest.mark.parametrize("name", [path.stem for path in STORIES])
def test_story_is_as_recorded(name: str, played: dict[str, Future[Differences]]) -> None:
    allowed = exceptions()
    wrong = [f"{moment}: {what}" for moment, what in played[name].result() if (name, moment) not in allowed]
    assert wrong == []


@pytest.mark.parametrize("story, moment", [key for key, why in exceptions().items() if " may " not in why])
def test_what_is_said_to_differ_does(story: str, moment: str, played: dict[str, Future[Differences]]) -> None:
    """A row of docs/fidelity.md that is no longer true must go."""
    assert moment in {found for found, _ in played[story].result()}
