"""kubectl, curl and openssl as a learner types them: `lab shell`, and `!` in a notebook."""

import json
import os
import subprocess
import sys

from ingress_lab import Lab
from loopkube.cluster import ClusterInfo

IN_A_NOTEBOOK = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_cell('''from ingress_lab import Lab
lab = Lab.connect("typed", fresh=False)
kind = "service"''')
for line in {lines}:
    shell.run_cell(line)
"""


def in_a_notebook(*lines: str) -> str:
    code = IN_A_NOTEBOOK.format(lines=lines)
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def piped(script: str, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "labtools.cli", "shell", *options]
    return subprocess.run(command, input=script, capture_output=True, text=True, env=os.environ | {"SHELL": "/bin/sh"})


def test_a_notebooks_commands_work_as_typed(cluster: ClusterInfo) -> None:
    lab = Lab.connect("typed")
    lab.apply("manifests/start-here")
    lab.wait_routed("http://first.example.com/hello")
    found = in_a_notebook(
        "!kubectl get $kind hello-svc -o name",
        "!kubectl get pods -o jsonpath='{.items[*].metadata.namespace}'",
        "!curl -s -H 'Host: first.example.com' $INGRESS_HTTP/hello",
        "!curl -sk --connect-to ::$INGRESS_HTTPS_AT https://first.example.com/hello",
        "!kubectl get pod nobody",
        "print(_exit_code)",
        "!kubectl version",
    ).splitlines()
    assert found[:2] == ["service/hello-svc", "typed typed"]
    assert [json.loads(line)["service"] for line in found[2:4]] == ["hello-svc"] * 2
    assert found[4:6] == ['Error from server (NotFound): pods "nobody" not found', "1"]
    versions = dict(line.split(": ") for line in found[6:])
    minor = {name: int(versions[f"{name} Version"].split(".")[1]) for name in ("Client", "Server")}
    assert abs(minor["Client"] - minor["Server"]) <= 1  # what Kubernetes supports


def test_a_shell_runs_a_piped_script_and_ends_as_it_ends(cluster: ClusterInfo) -> None:
    done = piped(
        "kubectl create configmap made && kubectl get cm made -o jsonpath={.metadata.namespace}; exit 7\n",
        "-n",
        "typed-2",
    )
    assert (done.returncode, done.stdout) == (7, "configmap/made created\ntyped-2")
    assert (
        done.stderr.count("\n") == 1
        and f"typed-2; $INGRESS_HTTP is http://127.0.0.1:{cluster.http_port}" in done.stderr
    )
    assert piped("kill -TERM $$\n").returncode == 128 + 15
    Lab.connect("typed-2").clean_up()
    Lab.connect("lab").clean_up()
