"""kubeconfig files: which are the person's own, and one of one context for one namespace, made for kubectl."""

import copy
import os
from pathlib import Path
from typing import Any

import yaml
from loopkube.cluster import private

from labcore.errors import NoCluster
from labcore.language import choice
from labcore.language.messages import phrase
from labcore.language.untrusted import file_name

FOLDER = "kubectl"
"""Below the state folder: the files that notebooks and `lab shell` give to kubectl."""
USERS = "INGRESS_LAB_USERS_KUBECONFIG"
"""What KUBECONFIG said before one of these took its place; "" where it said nothing."""
_FILES = (("cluster", ("certificate-authority",)), ("user", ("client-certificate", "client-key", "tokenFile")))
"""Fields that name files, which are relative to the kubeconfig that they stand in."""


def users_own() -> str:
    """The person's KUBECONFIG, also below a notebook or `lab shell`, which set another one; "" where there is none."""
    given = os.environ.get("KUBECONFIG", "")
    ours = USERS in os.environ and Path(given).parent.name == FOLDER
    return os.environ[USERS] if ours else given


def write(state: Path, cluster: str, namespace: str, *, source: str, context: str = "") -> Path:
    """A file for `namespace`: the one context of `source` (files with a colon between them), the current one.

    Each namespace has a file of its own, so that two notebooks do not disturb each other. It is the reader's alone.
    """
    folder = private.folder(state / FOLDER)
    file = folder / f"{file_name(cluster)}.{file_name(namespace)}"
    private.write(file, yaml.safe_dump(_of_one_context(source, context, namespace), sort_keys=False))
    return file


def write_none(state: Path, why: str) -> Path:
    """A file of no cluster. kubectl prints the name of a context that is not there, so `why` is that name."""
    file = private.folder(state / FOLDER) / f"none.{choice.current()}"
    private.write(file, yaml.safe_dump({"current-context": str(why)}, allow_unicode=True))
    return file


def _of_one_context(source: str, name: str, namespace: str) -> dict[str, Any]:
    from kubernetes.config import ConfigException
    from kubernetes.config.kube_config import KubeConfigMerger

    try:
        merged = KubeConfigMerger(source).config
        name = name or merged.value["current-context"]
        context = _entry(merged, "contexts", name).value["context"]
        parts = {part: _relocated(merged, part, context[part]) for part, _ in _FILES}
    except (ConfigException, OSError, ValueError, yaml.YAMLError, AttributeError, KeyError, TypeError) as error:
        raise NoCluster(phrase("the kubeconfig {files} cannot be read: {error}", files=source, error=error)) from error
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": name,
        "contexts": [{"name": name, "context": {**context, "namespace": namespace}}],
        "clusters": [{"name": context["cluster"], "cluster": parts["cluster"]}],
        "users": [{"name": context["user"], "user": parts["user"]}],
    }


def _entry(config: Any, part: str, name: str) -> Any:
    """An entry of a list of the merged files, which knows its file; raises KeyError."""
    return {entry.value["name"]: entry for entry in config.value[part]}[name]


def _relocated(config: Any, part: str, name: str) -> dict[str, Any]:
    """A cluster or user, with the files that it names as seen from anywhere."""
    entry = _entry(config, f"{part}s", name)
    made, beside = copy.deepcopy(entry.value[part]) or {}, Path(entry.path).resolve().parent
    for field in dict(_FILES)[part]:
        if made.get(field):
            made[field] = str(beside / Path(made[field]))
    command = (made.get("exec") or {}).get("command", "")
    if os.sep in command:
        made["exec"]["command"] = str(beside / command)
    return made
