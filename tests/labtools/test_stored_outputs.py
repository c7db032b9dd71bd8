"""What two runs of a command differ in is not told apart; everything else is."""

import nbformat
import pytest
from labtools.authoring import outputs
from labtools.authoring.outputs import sanitized
from nbformat.v4 import new_code_cell, new_notebook, new_output
from nbval.plugin import get_sanitize_patterns

PODS = """\
NAME                         READY   STATUS    RESTARTS      AGE   IP            NODE          NOMINATED NODE
pod/bye-758d6fbdfc-jkl62     1/1     Running   0             1s    127.244.2.2   lab-worker2   <none>
pod/hello-7789dd6c49-r8s8c   1/1     Running   1 (10s ago)   10m   127.244.1.2   lab-worker    <none>
"""
PODS_AGAIN = """\
NAME                       READY   STATUS    RESTARTS        AGE     IP           NODE          NOMINATED NODE
pod/bye-5c9f7b4d-x2v9z     1/1     Running   0               2m10s   10.244.2.9   lab-worker2   <none>
pod/hello-7789dd6c4-bcdfg  1/1     Running   1 (2m10s ago)   3d4h    10.244.1.2   lab-worker    <none>
"""
SAME = {
    "Pods": (PODS, PODS_AGAIN),
    "ReplicaSets": ("replicaset.apps/bye-758d6fbdfc  1", "replicaset.apps/bye-5c9f7b4d   1"),
    "labels": ("app=bye,pod-template-hash=758d6fbdfc", "app=bye,pod-template-hash=7789dd6c49"),
    "EndpointSlices, Pods of a DaemonSet": ("hello-svc-wc98v  traefik-q2w7z", "hello-svc-sf6jv   traefik-bbbbb"),
    "Services": ("web  NodePort  127.96.19.225  80:30123/TCP  5s", "web  NodePort  10.96.1.2      80:32767/TCP  1h"),
    "Events": ("Normal  Killing  3s (x2 over 5s)  kubelet", "Normal  Killing  10s   kubelet"),
    "YAML": (
        'uid: 0d9f3a1e-1b2c-4d5e-8f90-123456789abc\nresourceVersion: "12"\ncreationTimestamp: "2026-11-29T12:17:12Z"',
        'uid: aaaaaaaa-1b2c-4d5e-8f90-123456789abc\nresourceVersion: "3456"\ncreationTimestamp: "2027-01-02T03:04:05Z"',
    ),
    "a guest's namespace": ("Name:  web\nNamespace:        names", "Name:  web\nNamespace:        ann-names"),
    "describe": ("Start Time:  Sun, 29 Nov 2026 12:17:12 +0000", "Start Time:  Mon, 1 Feb 2027 00:00:00 +0100"),
    "versions": (
        "Client Version: v1.36.4\nServer Version: v1.36.2+loopkube",
        "Client Version: v1.36.9\nServer Version: v1.36.2",
    ),
    "HTTP": (
        "Date: Sun, 29 Nov 2026 12:17:12 GMT\nContent-Length: 477\nSet-Cookie: lab=0a1b2c; Path=/",
        "Date: Mon, 30 Nov 2026 01:01:01 GMT\nContent-Length: 48\nSet-Cookie: lab=ffff01; Path=/",
    ),
    "curl": ("> User-Agent: curl/7.88.1\n0.003456", "> User-Agent: curl/8.14.1-DEV\n12.100000"),
    "the entry": ("http://127.0.0.1:8080/ (127.0.0.1) port 8080", "http://127.0.0.1:18113/ (127.0.0.1) port 18113"),
    "the machine": ('"X-Forwarded-Server": "vm", "Host"', '"X-Forwarded-Server": "my-laptop.local", "Host"'),
    "the worker": ('"node": "lab-worker", "path"', '"node": "lab-worker2", "path"'),
    "openssl": (
        "serial=5F3A9911\nsha256 Fingerprint=" + "AB:" * 31 + "CD\nnotAfter=Nov 29 12:03:49 2027 GMT",
        "serial=0A\nsha256 Fingerprint=" + "01:" * 31 + "02\nnotAfter=Jan  1 00:00:00 2030 GMT",
    ),
    "names in certificates": ("subject=CN = a.example.com\nissuer=CN = CA", "subject=CN=a.example.com\nissuer= CN=CA"),
    "keys": (
        "-----BEGIN CERTIFICATE-----\nAAAA\nBB==\n-----END CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----\nCC\n-----END CERTIFICATE-----",
    ),
    "data of a Secret": ("  tls.crt: " + "QUJD" * 40, "  tls.crt: " + "REVG" * 44 + "=="),
    "sizes": ("tls.crt:  1139 bytes", "tls.crt:  1143 bytes"),
    "widths at the end": ("NAME   CLASS     \nweb    traefik   \n", "NAME        CLASS\nweb     traefik\n"),
}  # fmt: skip
OTHER = {
    "a count": ("hello  1/1  Running", "hello  0/1  Running"),
    "a status": ("HTTP/1.1 404 Not Found", "HTTP/1.1 200 OK"),
    "a name": ("ingress.networking.k8s.io/first created", "ingress.networking.k8s.io/second created"),
    "a Service's answer": ('"service": "hello-svc"', '"service": "bye-svc"'),
    "a port of an application": ("hello-svc:80 (127.244.1.2:8080)", "hello-svc:80 (127.244.1.2:9090)"),
    "a duration in a setting": ("--timeout=30s", "--timeout=60s"),
    "a version of Traefik": ("image: traefik:v3.7", "image: traefik:v3.6"),
    "an indentation": ("spec:\n  host: a", "spec:\n    host: a"),
    "a missing column": ("a    b    c", "a    c"),
    "a subject": ("subject=CN = a.example.com", "subject=CN = b.example.com"),
    "the control plane": ('"node": "lab-worker"', '"node": "lab-control-plane"'),
    "a restart": ("Running   0", "Running   1"),
}


@pytest.mark.parametrize("name", SAME)
def test_what_varies_is_not_told_apart(name: str) -> None:
    first, second = map(sanitized, SAME[name])
    assert first == second


@pytest.mark.parametrize("name", OTHER)
def test_everything_else_is(name: str) -> None:
    first, second = map(sanitized, OTHER[name])
    assert first != second


def test_nbval_reads_every_pattern_of_the_file() -> None:
    text = outputs.SANITIZE.read_text()
    assert [(p.pattern, made) for p, made in outputs._pairs()] == get_sanitize_patterns(text)
    assert len(outputs._pairs()) == text.count("\nregex: ") == text.count("\n[")


def stream(*texts: str) -> list[nbformat.NotebookNode]:
    return [new_output("stream", name="stdout", text=text) for text in texts]


def notebook(found: list[nbformat.NotebookNode]) -> nbformat.NotebookNode:
    return new_notebook(cells=[new_code_cell("!kubectl get pods", id="run", outputs=found, execution_count=3)])


def test_a_stored_output_stays_where_only_ages_differ() -> None:
    run = notebook(stream("NAME  AGE\n", "a     2m10s\n"))
    outputs.keep_stored(notebook(stream("NAME  AGE\na     3s\n")), run)
    assert [output.text for output in run.cells[0].outputs] == ["NAME  AGE\na     3s\n"]


def test_an_output_that_says_something_else_is_stored_anew_in_one_piece() -> None:
    run = notebook(stream("NAME  AGE\n", "b     3s\n"))
    outputs.keep_stored(notebook(stream("NAME  AGE\na     3s\n")), run)
    assert [output.text for output in run.cells[0].outputs] == ["NAME  AGE\nb     3s\n"]


def test_a_kept_result_has_the_number_of_its_cell_now() -> None:
    result = [new_output("execute_result", data={"text/plain": "'10s'"}, execution_count=9)]
    run = notebook([new_output("execute_result", data={"text/plain": "'12s'"}, execution_count=3)])
    outputs.keep_stored(notebook(result), run)
    assert run.cells[0].outputs[0].data["text/plain"] == "'10s'" and run.cells[0].outputs[0].execution_count == 3
