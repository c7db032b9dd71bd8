"""Which image names run, and what runs for them."""

from pathlib import Path

import pytest
from loopkube.node import images, python_image, wheels
from loopkube.node.images import Catalogue, Image, PullError


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return Catalogue(tmp_path)


@pytest.mark.parametrize("tag", ["3", "3.9", "3.13-alpine", "3.14.1-slim-bookworm", "3.15.0a1", "latest"])
def test_every_python_3_is_the_python_of_the_lab(catalogue: Catalogue, tag: str) -> None:
    image = catalogue.find(f"python:{tag}")
    assert image.what == f"Python {python_image.VERSION}"
    assert Path(image.env["PATH"].split(":")[0], "python").exists()


@pytest.mark.parametrize("name", ["python:2.7", "quay.io/python:3", "traefik:v3.6", "traefik:v2", "nginx:1"])
def test_what_cannot_run_is_refused_with_what_can(catalogue: Catalogue, tmp_path: Path, name: str) -> None:
    with pytest.raises(PullError, match=r"this cluster can run python:3\.\* .*traefik:v3\.7\*") as caught:
        catalogue.find(name)
    assert str(caught.value).endswith(f"; {tmp_path / 'images.yaml'} can name more")


@pytest.mark.parametrize("tag", ["v3.7", "v3.7.1", "3.7"])
def test_every_patch_of_the_installed_traefik_is_the_installed_one(catalogue: Catalogue, tag: str) -> None:
    image = catalogue.find(f"traefik:{tag}")
    assert image.takes_sockets and image.what.startswith("Traefik 3.7.")
    assert image.argv([], ["--ping"]) == ["traefik", "--ping"]
    assert image.argv([], ["version"]) == ["version"]


@pytest.mark.skipif(not wheels.nginx_program(), reason="no wheel of nginx for this machine")
@pytest.mark.parametrize("tag", ["1.31", "1.31.0", "1.31-alpine"])
def test_every_patch_of_the_installed_nginx_is_the_installed_one(catalogue: Catalogue, tag: str) -> None:
    image = catalogue.find(f"nginx:{tag}")
    assert image.what.startswith("nginx 1.31.") and not image.takes_sockets
    assert Path(image.env["PATH"].split(":")[0], "nginx").exists()


def test_without_its_wheel_nginx_is_not_offered(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "nginx_version", lambda: "")
    with pytest.raises(PullError, match=r"nginx:1\.31\": there is no registry here; this cluster can run") as caught:
        catalogue.find("nginx:1.31")
    assert "(as nginx" not in str(caught.value)


@pytest.mark.skipif(not wheels.envoy_program(), reason="no wheel of Envoy for this machine")
@pytest.mark.parametrize("tag", ["v1.40-latest", "v1.40.0"])
def test_every_patch_of_the_installed_envoy_is_the_installed_one(catalogue: Catalogue, tag: str) -> None:
    image = catalogue.find(f"envoyproxy/envoy:{tag}")
    assert image.what.startswith("Envoy 1.40.") and not image.takes_sockets
    assert Path(image.env["PATH"].split(":")[0], "envoy").exists()


@pytest.mark.parametrize("name", ["envoyproxy/envoy:v1.39.0", "envoy:v1.40.0", "quay.io/envoyproxy/envoy:v1.40.0"])
def test_another_envoy_cannot_run(catalogue: Catalogue, name: str) -> None:
    with pytest.raises(PullError):
        catalogue.find(name)


def test_without_its_wheel_envoy_is_not_offered(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "envoy_version", lambda: "")
    with pytest.raises(PullError) as caught:
        catalogue.find("envoyproxy/envoy:v1.40.0")
    assert "(as Envoy" not in str(caught.value)


def test_a_file_adds_names(catalogue: Catalogue, tmp_path: Path) -> None:
    (tmp_path / images.NAMES).write_text("busybox: /bin/sh\nweb:2: [/bin/echo, hello]\n")
    assert catalogue.find("busybox:1.36").argv([], []) == ["/bin/sh"]
    assert catalogue.find("web:2").argv([], []) == ["/bin/echo", "hello"]
    with pytest.raises(PullError, match="busybox, web:2"):
        catalogue.find("web:3")


def test_command_and_args_follow_the_rules_of_entrypoint_and_cmd() -> None:
    image = Image("i", "i", "i", entrypoint=("e",), command=("c",))
    assert image.argv([], []) == ["e", "c"]
    assert image.argv([], ["a"]) == ["e", "a"]
    assert image.argv(["x"], []) == ["x"]
    assert image.argv(["x"], ["a"]) == ["x", "a"]


def test_caddy_runs_where_its_wheel_is_installed_and_is_no_promise_elsewhere(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("loopkube.node.images.caddy_version", lambda: "2.11.7")
    monkeypatch.setattr("loopkube.node.images.caddy_program", lambda: "/venv/bin/caddy")
    image = catalogue.find("caddy:2.11")
    assert (image.what, image.argv(["caddy", "run"], [])) == ("Caddy 2.11.7", ["caddy", "run"])
    monkeypatch.setattr("loopkube.node.images.caddy_version", lambda: "")
    monkeypatch.setattr("loopkube.node.images.caddy_program", lambda: "")
    with pytest.raises(PullError, match="this cluster can run"):
        catalogue.find("caddy:2.11")
