"""Puts the OpenAPI schema of the Kubernetes version that is followed into the wheel, for its own pyproject.toml alone.

The package kubernetes-validate carries it, with those of a dozen other versions: 108 MB, of which a cluster reads one
file of 1.6 MB. So that package is there while the wheel is built, and not where it is installed.
"""

import runpy
from importlib.util import find_spec
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

UPSTREAM = Path(__file__).parent


class CustomBuildHook(BuildHookInterface):
    """By this name hatchling finds it."""

    def initialize(self, version: str, build_data: dict) -> None:
        """`version` is that of the wheel's form (`standard`)."""
        package = find_spec("kubernetes_validate")
        assert package and package.origin, "pyproject.toml names it in build-system.requires"
        schema = runpy.run_path(str(UPSTREAM / "version.py"))["SCHEMA"]
        file = Path(package.origin).parent / "kubernetes-json-schema" / f"{schema}-local" / "_definitions.json"
        if not file.exists():
            raise FileNotFoundError(f"{file}: this kubernetes-validate has no {schema}; raise it in pyproject.toml")
        build_data["force_include"][str(file)] = "upstream/definitions.json"  # in the wheel, below loopkube
