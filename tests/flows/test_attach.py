"""kubectl run -i, run -it and attach, as people type them."""

import json
from collections.abc import Iterator
from contextlib import suppress

import pytest
from kubectl import Kubectl, program
from labcore.errors import Refused
from labcore.kube.api import Api
from loopkube.cluster import ClusterInfo

pytestmark = pytest.mark.skipif(not program(), reason="kubectl is not installed")
IMAGE = "--image=python:3.13"
ECHO = "import sys\nprint('ready', flush=True)\nfor line in sys.stdin: print(line.strip().upper(), flush=True)"


@pytest.fixture
def kubectl(cluster: ClusterInfo) -> Iterator[Kubectl]:
    api = Api.connect(cluster.kubeconfig)
    yield Kubectl(cluster.kubeconfig)
    for name in ("x", "echo"):
        with suppress(Refused):
            api.request("delete", f"/api/v1/namespaces/default/pods/{name}", query={"gracePeriodSeconds": "0"})


@pytest.mark.parametrize("attempt", range(4))
@pytest.mark.parametrize("restart", ["--restart=Never", "--restart=Always"])
def test_the_output_of_a_short_program_arrives(kubectl: Kubectl, restart: str, attempt: int) -> None:
    done = kubectl("run", "--rm", "-i", restart, IMAGE, "x", "--", "python", "-c", "print(1)")
    assert (done.returncode, "1" in done.stdout.splitlines()) == (0, True), done
    assert kubectl("wait", "--for=delete", "pod/x", "--timeout=10s").returncode == 0


def test_input_and_the_exit_code(kubectl: Kubectl) -> None:
    code = "import sys; print(sys.stdin.read()[::-1]); sys.exit(3)"
    words = ["run", "--rm", "-i", "--restart=Never", IMAGE, "x", "--", "python", "-c", code]
    done = kubectl(*words, given="abc")
    assert (done.returncode, "cba" in done.stdout) == (3, True), done


def test_attach_to_a_pod(kubectl: Kubectl) -> None:
    spec = {"containers": [{"name": "x", "image": "python:3.13", "stdin": True, "command": ["python", "-c", ECHO]}]}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "echo"}, "spec": spec}
    assert kubectl("apply", "-f", "-", given=json.dumps(pod)).returncode == 0
    assert kubectl("wait", "--for=condition=Ready", "pod/echo").returncode == 0
    _, seen = kubectl.in_terminal("attach", "-i", "echo", talk=[("ready", "hello\n"), ("HELLO", "\x03")])
    assert "HELLO" in seen
    assert kubectl("get", "pod", "echo", "-o", "jsonpath={.status.phase}").stdout == "Running"
    assert "HELLO" in kubectl("logs", "echo").stdout


def test_a_python_in_a_terminal(kubectl: Kubectl) -> None:
    """Ctrl-D ends it, and the Pod goes."""
    talk = [(">>> ", "import os; print(6 * 7, os.isatty(0))\r"), (">>> ", "\x04")]
    code, seen = kubectl.in_terminal("run", "-it", "--rm", IMAGE, "--restart=Never", "x", "--", "python", talk=talk)
    assert code == 0 and "42 True" in seen, seen
    assert kubectl("wait", "--for=delete", "pod/x", "--timeout=10s").returncode == 0
