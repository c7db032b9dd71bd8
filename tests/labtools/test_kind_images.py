"""`lab images save` and `load`: what docker and kind are told, with stand-ins."""

import re
from pathlib import Path

import pytest
from labtools import cli
from labtools.clusters.kind import pins
from labtools.clusters.kind.images import this_platform
from scene import Scene

ARCHIVES = ["kindest-node_v1.36.4.tar", "python_3.13-alpine.tar", "traefik_v3.7.tar", "nginx_1.31.tar",
            "envoyproxy-envoy_v1.40-latest.tar", "caddy_2.11.tar"]  # fmt: skip
MANIFESTS = Path(__file__).parents[2] / "manifests"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "images"


def fill(folder: Path) -> None:
    folder.mkdir()
    for name in ARCHIVES:
        (folder / name).write_text("an archive")


def test_every_image_of_the_manifests_is_carried() -> None:
    """So that none is pulled in a room without a network."""
    texts = [path.read_text(encoding="utf-8") for path in MANIFESTS.rglob("*.yaml")]
    named = {image for text in texts for image in re.findall(r"^[^#\n]*\bimage: ([\w./:-]+)", text, re.MULTILINE)}
    assert named == {*pins.IMAGES, *pins.CARRIED}


def test_save_pulls_what_is_missing_and_writes_all_archives(scene: Scene, folder: Path, capsys) -> None:
    scene.answer("docker", "image", "inspect", "python:3.13-alpine")
    scene.answer("docker", "image", "inspect", rc=1)
    for action in ("pull", "tag"):
        scene.answer("docker", action)
    scene.answer("docker", "save", writes=["--output"])
    assert cli.main(["images", "save", str(folder)]) == 0
    assert sorted(path.name for path in folder.iterdir()) == sorted(ARCHIVES)
    pinned = f"{pins.NODE_IMAGE}@{pins.NODE_DIGEST}"
    assert [call[-1] for call in scene.of("docker", "pull")] == [pinned, "traefik:v3.7", *pins.CARRIED]
    assert scene.of("docker", "tag") == [["docker", "tag", pinned, pins.NODE_IMAGE]]
    assert scene.of("docker", "save")[0][2:4] == ["--platform", this_platform()]
    assert f"lab images load {folder}" in capsys.readouterr().out


def test_a_docker_that_knows_no_platform_saves_without(scene: Scene, folder: Path) -> None:
    scene.answer("docker", "image", "inspect")
    scene.answer("docker", "save", "--platform", rc=125, err="unknown flag: --platform")
    scene.answer("docker", "save", writes=["--output"])
    assert cli.main(["images", "save", str(folder)]) == 0
    assert sorted(path.name for path in folder.iterdir()) == sorted(ARCHIVES)


def test_a_save_that_fails_leaves_no_half_archive(scene: Scene, folder: Path, capsys) -> None:
    scene.answer("docker", "image", "inspect")
    scene.answer("docker", "save", rc=1, err="write /x: no space left on device", writes=["--output"])
    assert cli.main(["images", "save", str(folder)]) == 1
    assert list(folder.iterdir()) == [] and "the disk is full" in capsys.readouterr().err


def test_a_folder_that_cannot_be_made_is_said_with_another_one(scene: Scene, folder: Path, capsys) -> None:
    folder.touch()
    assert cli.main(["images", "save", str(folder / "below")]) == 1
    said = capsys.readouterr().err
    assert f"{folder / 'below'}: Not a directory" in said and said.endswith(
        " one:\n  lab images save $HOME/lab-images\n"
    )


def test_load_without_a_cluster_gives_them_to_docker(scene: Scene, folder: Path) -> None:
    fill(folder)
    scene.answer("docker", "load")
    assert cli.main(["images", "load", str(folder)]) == 0
    assert [Path(call[-1]).name for call in scene.of("docker", "load")] == ARCHIVES
    assert scene.of("kind") == []


def test_load_gives_a_running_cluster_what_its_pods_need(there: Scene, folder: Path) -> None:
    fill(folder)
    there.answer("docker", "load")
    there.answer("kind", "load", "image-archive", replay="load-image-archive-ok")
    assert cli.main(["images", "load", str(folder)]) == 0
    assert [Path(call[3]).name for call in there.of("kind", "image-archive")] == ARCHIVES[1:]


def test_load_while_a_node_is_stopped_names_it(there: Scene, folder: Path, capsys) -> None:
    fill(folder)
    there.answer("docker", "load")
    there.answer("kind", "load", "image-archive", replay="load-image-archive-node-stopped")
    assert cli.main(["images", "load", str(folder)]) == 1
    assert "lab node start lab-worker --cluster kind" in capsys.readouterr().err


def test_a_folder_without_archives_says_how_to_fill_it(scene: Scene, folder: Path, capsys) -> None:
    assert cli.main(["images", "load", str(folder)]) == 1
    assert f"lab images save {folder}" in capsys.readouterr().err and scene.calls == []
