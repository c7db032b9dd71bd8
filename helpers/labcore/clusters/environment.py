"""The environment in which `kubectl`, `curl` and `openssl` work as typed: in notebooks (`!kubectl`) and `lab shell`.

| variable | what it holds |
|---|---|
| `INGRESS_HTTP`, `INGRESS_HTTPS` | the entry as URLs: `http://127.0.0.1:8080` |
| `INGRESS_HTTP_AT`, `INGRESS_HTTPS_AT` | the same as ADDRESS:PORT, for `curl --connect-to` and `openssl -connect` |
| `KUBECONFIG` | a private file of one context, whose namespace is the notebook's |
"""

import os
import sysconfig
from pathlib import Path

from labcore.clusters.records import Access, Entry
from labcore.errors import LabError
from labcore.kube import kubeconfig
from labcore.language.messages import phrase
from labcore.machine import jupyter, paths

_NO_PROXY = ("NO_PROXY", "no_proxy")


def environment(access: Access, namespace: str) -> dict[str, str]:
    """Variables for the programs that a person types; the file that KUBECONFIG names is written."""
    state = paths.state()
    source = str(access.own_kubeconfig or kubeconfig.users_own() or Path("~/.kube/config").expanduser())
    file = kubeconfig.write(state, access.name, namespace, source=source, context=access.context or "")
    return {
        "PATH": _path(),
        kubeconfig.USERS: kubeconfig.users_own(),
        "KUBECONFIG": str(file),
        "KUBERC": "off",  # a person's own defaults for kubectl would change what the cells print
        "GOGC": os.environ.get("GOGC", "400"),  # or kubectl collects garbage in a quarter of its time
        **{name: value for name, value in jupyter.caches(state).items() if name == "KUBECACHEDIR"},
        **entry_variables(access.entry),
        **_without_proxy(access.entry.address),
    }


def unconnected() -> dict[str, str]:
    """The same for a notebook whose setup cell has not run: kubectl says so, and reaches no cluster.

    It would ask localhost:8080 else, or the person's own cluster, which a command of a lesson is not meant for.
    """
    try:
        file = kubeconfig.write_none(paths.state(), phrase("none yet: run the setup cell of this notebook first"))
    except (LabError, OSError):  # whoever connects is told what is wrong with the state folder
        return {}
    return {"PATH": _path(), kubeconfig.USERS: kubeconfig.users_own(), "KUBECONFIG": str(file), "KUBERC": "off"}


def entry_variables(entry: Entry) -> dict[str, str]:
    """Where a request goes in, for curl and openssl."""
    (plain, http), (tls, https) = (entry.dialled(entry.address, port) for port in (entry.http_port, entry.https_port))
    return {
        "INGRESS_HTTP": f"http://{plain}:{http}",
        "INGRESS_HTTPS": f"https://{tls}:{https}",
        "INGRESS_HTTP_AT": f"{plain}:{http}",
        "INGRESS_HTTPS_AT": f"{tls}:{https}",
    }


def _path() -> str:
    """The project's programs first: its kubectl has the cluster's version, and prints the same on every machine."""
    own, folders = sysconfig.get_path("scripts"), os.environ.get("PATH", os.defpath).split(os.pathsep)
    return os.pathsep.join([own, *(folder for folder in folders if folder != own)])


def _without_proxy(address: str) -> dict[str, str]:
    """No proxy of this machine leads to the entry, which curl would ask otherwise."""
    made = {}
    for name in _NO_PROXY:
        named = [host for host in os.environ.get(name, "").split(",") if host]
        made[name] = ",".join(named if address in named else [*named, address])
    return made
