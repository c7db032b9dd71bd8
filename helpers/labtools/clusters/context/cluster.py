"""A cluster of the user's own kubeconfig: connect, ask what is allowed, find the entry. Nothing is installed."""

import os
import re
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import yaml
from labcore.clusters.base import Access, Cluster, Entry, OnStep, Status, UpOption, UpOptions
from labcore.errors import BadArgument, LabError, NoCluster, unknown
from labcore.kube import kubeconfig
from labcore.kube.api import Api
from labcore.language.messages import phrase

from labtools.clusters.context import entry as entries
from labtools.clusters.context import forward, left_out, permissions, settings
from labtools.clusters.shared import answering

FIRST_NAMESPACE = "start-here"


class ContextCluster(Cluster):
    """A guest on somebody's cluster; it is neither started nor stopped by the lab."""

    argument = "NAME"
    shared = True
    has_ports = False
    controllers = MappingProxyType({})
    own_options = (
        UpOption("--http", phrase("where its controller takes HTTP"), "HOST:PORT"),
        UpOption("--https", phrase("where its controller takes HTTPS"), "HOST:PORT"),
        UpOption("--prefix", phrase("begins the names of the lab's namespaces there"), "PREFIX"),
    )

    def __init__(self, context: str) -> None:
        self._context, self.name = context, f"context:{context}"

    @property
    def context(self) -> str:
        return self._context

    def kubeconfig(self, state: Path) -> None:
        """None: the user's own decides, which may be several files."""
        return None

    def up(self, options: UpOptions, on_step: OnStep) -> Access:
        """Check what is needed, and remember the entry and the prefix for the notebooks."""
        on_step(phrase("connect"))
        api = self._api()
        api.request("get", "/version")
        own, known = options.own, settings.read(self.context)
        known = replace(known, prefix=_checked(own.get("prefix", "")) or known.prefix or _prefix())
        on_step(phrase("what is allowed"))
        permissions.require(api, f"{known.prefix}{FIRST_NAMESPACE}")
        on_step(phrase("find the entry"))
        http, https = own.get("http", ""), own.get("https", "")
        entry = entries.given(http, https)
        if entry is None:
            entry = self._find(api)
        elif answering.look(entry.address, entry.http_port) != answering.ANSWERS:
            raise LabError(
                phrase(
                    "nobody answers HTTP at {address}:{http_port}; is that the controller's port?",
                    address=entry.address,
                    http_port=entry.http_port,
                )
            )
        known = replace(known, http="", https="", found=not (http or https))
        if not entry.forwarded:
            known = replace(known, http=_text(entry, entry.http_port), https=_text(entry, entry.https_port))
        settings.write(self.context, known)
        access = self._access(entry, known)
        return replace(access, notices=tuple(left_out.sentences(api, access).values()))

    def status(self) -> Status:
        """Asks the API for its version: whoever may reach it may ask that."""
        try:
            version = self._api().request("get", "/version").get("gitVersion", "")
        except LabError as error:
            return Status("stopped", error.message)
        known = settings.read(self.context)
        entry = _remembered(known)
        lines = self._access(entry, known).lines if entry else [phrase("entry     found when a notebook connects")]
        return Status(
            "running",
            phrase(
                "The cluster of context {context} answers (Kubernetes {version}).",
                context=self.context,
                version=version,
            ),
            lines,
        )

    def down(self, *, delete: bool = False) -> str:
        """Forgets what `lab up` found out; the cluster itself is somebody else's and goes on."""
        forgotten = settings.forget(self.context)
        message = phrase(
            "The cluster of context {context} is not the lab's, and goes on running.", context=self.context
        )
        return phrase("{words} What the lab remembered of it is forgotten.", words=message) if forgotten else message

    def access(self) -> Access:
        """Finds the entry anew each time, as a controller may have moved. Raises NoCluster and LabError."""
        known = settings.read(self.context)
        known = known if known.prefix else replace(known, prefix=_prefix())
        entry = entries.given(os.environ.get("INGRESS_LAB_HTTP", ""), os.environ.get("INGRESS_LAB_HTTPS", ""))
        entry = entry or _remembered(known) or self._find(self._api())
        return self._access(entry, known)

    def _api(self) -> Api:
        _require_context(self.context)
        return Api.connect(None, self.context)

    def _access(self, entry: Entry, known: settings.Settings) -> Access:
        return Access(self.name, _file_of(self.context), self.context, entry, known.prefix, shared=True)

    def _find(self, api: Api) -> Entry:
        """An entry that answers; where there is no other, a port-forward that lives as long as this process."""
        search = entries.find(api)
        if search.entry:
            return search.entry
        if search.forwardable is None:
            raise entries.nothing_found(search, self.context)
        entry = forward.entry(api, search.forwardable)
        if answering.look(entry.address, entry.http_port) != answering.ANSWERS:
            raise entries.nothing_found(search, self.context)
        return entry


def _kubeconfig() -> str:
    """The user's kubeconfig; several files have a colon between them."""
    from kubernetes.config.kube_config import KUBE_CONFIG_DEFAULT_LOCATION

    return kubeconfig.users_own() or KUBE_CONFIG_DEFAULT_LOCATION


def _file_of(context: str) -> Path | None:
    """The first of the user's files that names the context, as kubectl reads them; None if none does."""
    for file in (Path(name).expanduser() for name in _kubeconfig().split(os.pathsep)):
        try:
            content = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
        except (OSError, ValueError, yaml.YAMLError):
            continue
        if any(entry.get("name") == context for entry in content.get("contexts") or []):
            return file
    return None


def _require_context(name: str) -> None:
    """The context is in the user's kubeconfig; the message names the nearest one."""
    from kubernetes.config.kube_config import KubeConfigMerger

    files = _kubeconfig()
    try:
        config = KubeConfigMerger(files).config  # as it is: its current context may lead nowhere
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise NoCluster(phrase("the kubeconfig {files} cannot be read: {error}", files=files, error=error)) from error
    if config is None:
        raise NoCluster(phrase("there is no kubeconfig at {files} (KUBECONFIG names another file)", files=files))
    names = [context["name"] for context in config.value.get("contexts") or []]
    if name not in names:
        raise unknown(phrase("context"), name, names, place=phrase("your kubeconfig"))


def _prefix() -> str:
    return _checked(os.environ.get("INGRESS_LAB_PREFIX", "")) or settings.default_prefix()


def _checked(prefix: str) -> str:
    """A prefix that begins a namespace's name; it ends with "-"."""
    if prefix and not re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,30})", prefix):
        raise BadArgument(
            phrase(
                'the prefix "{prefix}" cannot begin a namespace: small letters, digits and "-", 31 at most',
                prefix=prefix,
            )
        )
    return f"{prefix.rstrip('-')}-" if prefix else ""


def _remembered(known: settings.Settings) -> Entry | None:
    entry = entries.given(known.http, known.https)
    return replace(entry, how=phrase("as `lab up` found it")) if entry and known.found else entry


def _text(entry: Entry, port: int) -> str:
    return f"{entry.address}:{port}"
