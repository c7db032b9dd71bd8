"""An admission webhook as people run them: a Pod of the cluster behind a Service, with a certificate for its name."""

import base64
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from ingress_lab.lab import Lab
from ingress_lab.lessons import certificates
from labcore.errors import Refused
from labcore.kube.api import Api
from loopkube.cluster import ClusterInfo

NAMESPACE = "flow-webhooks"
HOOK = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"
MAPS = f"/api/v1/namespaces/{NAMESPACE}/configmaps"
PROGRAM = textwrap.dedent("""\
    import json, ssl
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    class Judge(BaseHTTPRequestHandler):
        def do_POST(self):
            review = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked = review.pop("request")
            bad = (asked["object"] or {}).get("data", {}).get("word") == "bad"
            review["response"] = {"uid": asked["uid"], "allowed": not bad, "status": {"message": "a bad word"}}
            body = json.dumps(review).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("", 8443), Judge)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain("/certificate/tls.crt", "/certificate/tls.key")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.serve_forever()
    """)


def manifests() -> list[dict]:
    container = {
        "name": "judge",
        "image": "python:3.13",
        "command": ["python", "/program/judge.py"],
        "ports": [{"containerPort": 8443}],
        "readinessProbe": {"tcpSocket": {"port": 8443}},
        "volumeMounts": [
            {"name": "program", "mountPath": "/program"},
            {"name": "certificate", "mountPath": "/certificate"},
        ],
    }
    volumes = [
        {"name": "program", "configMap": {"name": "program"}},
        {"name": "certificate", "secret": {"secretName": "served"}},
    ]
    labels = {"app": "judge"}
    spec = {"containers": [container], "volumes": volumes, "terminationGracePeriodSeconds": 1}
    template = {"metadata": {"labels": labels}, "spec": spec}
    return [
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "program"}, "data": {"judge.py": PROGRAM}},
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "judge"},
            "spec": {"selector": labels, "ports": [{"port": 443, "targetPort": 8443}]},
        },
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "judge"},
            "spec": {"selector": {"matchLabels": labels}, "template": template},
        },
    ]


def configuration(authority: Path) -> dict:
    rule = {"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"]}
    entry = {
        "name": "judge.example.com",
        "rules": [rule],
        "clientConfig": {
            "service": {"namespace": NAMESPACE, "name": "judge", "path": "/judge"},
            "caBundle": base64.b64encode(authority.read_bytes()).decode(),
        },
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": NAMESPACE}},
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
    }
    kind = {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration"}
    return kind | {"metadata": {"name": "flow-webhooks"}, "webhooks": [entry]}


@pytest.fixture
def lab(cluster: ClusterInfo) -> Iterator[Lab]:
    made = Lab.connect(NAMESPACE)
    yield made
    made.clean_up()


@pytest.mark.long
def test_a_webhook_that_runs_in_the_cluster(cluster: ClusterInfo, lab: Lab) -> None:
    api, ca = Api.connect(cluster.kubeconfig), certificates.authority()
    lab.apply(ca.issue(f"judge.{NAMESPACE}.svc").secret("served"))
    for manifest in manifests():
        lab.apply(manifest)
    lab.wait("deployments")
    api.request("post", HOOK, configuration(Path(ca.file)))
    try:
        api.request("post", MAPS, {"metadata": {"name": "good"}})
        with pytest.raises(Refused) as refused:
            api.request("post", MAPS, {"metadata": {"name": "bad"}, "data": {"word": "bad"}})
        assert refused.value.kubernetes == 'admission webhook "judge.example.com" denied the request: a bad word'
        lab.scale("deployment/judge", 0)
        lab.wait("pods", "deleted")
        with pytest.raises(Refused) as refused:
            api.request("post", MAPS, {"metadata": {"name": "late"}})
        assert refused.value.kubernetes.endswith(":443: connect: connection refused")
    finally:
        api.request("delete", f"{HOOK}/flow-webhooks")
