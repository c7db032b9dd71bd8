"""Names of images, completed as Docker does it."""

import pytest
from loopkube.node.image_names import InvalidImageName, parse


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ("python:3.13-alpine", "docker.io/library/python:3.13-alpine"),
        ("docker.io/library/python:3", "docker.io/library/python:3"),
        ("python", "docker.io/library/python:latest"),
        ("someone/python:3", "docker.io/someone/python:3"),
        ("quay.io/a/b:v1", "quay.io/a/b:v1"),
        ("localhost:5000/b", "localhost:5000/b:latest"),
    ],
)
def test_names_are_completed_as_docker_does(name: str, full: str) -> None:
    assert parse(name).full == full


@pytest.mark.parametrize("name", ["", "::bad", "Upper:1", "a b", "python:"])
def test_impossible_names_are_refused(name: str) -> None:
    with pytest.raises(InvalidImageName, match="invalid reference format"):
        parse(name)
