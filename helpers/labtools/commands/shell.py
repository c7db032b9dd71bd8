"""`lab shell`: the person's shell, in which kubectl, curl and openssl work as in a notebook."""

import argparse
import os
import shutil
import signal
import subprocess
import sys

from labcore import clusters
from labcore.errors import LabError
from labcore.language.messages import phrase

from labtools.commands import cluster_option, declare

NAMESPACE = "lab"


def add(commands) -> None:
    summary = phrase("open a shell where kubectl, curl and openssl work as in a notebook")
    shell = declare(commands, "shell", shell_, summary)
    cluster_option(shell)
    shell.add_argument(
        "-n", "--namespace", default=NAMESPACE, help=str(phrase("where kubectl works ({name})", name=NAMESPACE))
    )


def shell_(chosen: argparse.Namespace) -> int:
    """The shell's own exit code. Ctrl-C is the shell's; a port-forward to the entry lives until it ends."""
    from ingress_lab.kube import namespaces
    from ingress_lab.kube.tenancy import Tenancy
    from labcore.clusters.environment import environment
    from labcore.kube.api import Api

    access = clusters.access(chosen.cluster)
    api, tenancy = Api.connect(access.own_kubeconfig, access.context), Tenancy(access.prefix)
    namespace = tenancy.enter(api, chosen.namespace or NAMESPACE, access)
    namespaces.ensure(api, namespace, fresh=False, labels=tenancy.labels)
    added = {**environment(access, namespace), "INGRESS_LAB_CLUSTER": access.name}
    notice = phrase(
        "kubectl works in namespace {namespace}; $INGRESS_HTTP is {entry}. To leave: exit, or Ctrl-D.",
        namespace=namespace,
        entry=added["INGRESS_HTTP"],
    )
    print(notice, file=sys.stderr, flush=True)
    return _run([_shell()], {**os.environ, **added})


def _shell() -> str:
    """The person's, where there is one that can be run."""
    return shutil.which(os.environ.get("SHELL", "")) or "/bin/sh"


def _run(command: list[str], environment: dict[str, str]) -> int:
    """Its exit code; 128 and the signal's number where a signal ended it, as shells say it."""
    before = signal.signal(signal.SIGINT, lambda *_: None)  # a handler, unlike SIG_IGN, is not passed on to the shell
    try:
        code = subprocess.run(command, env=environment).returncode
    except OSError as error:
        raise LabError(
            phrase(
                "{shell} cannot be run ({strerror}). Name another shell: SHELL=/bin/sh lab shell",
                shell=command[0],
                strerror=error.strerror,
            )
        ) from error
    finally:
        signal.signal(signal.SIGINT, before)
    return code if code >= 0 else 128 - code
