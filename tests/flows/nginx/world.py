"""The controller and the applications of the cases, on the cluster of the run."""

import base64
import http.client
import json
import socket
import ssl
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from ingress_lab.lab import Lab
from ingress_lab.lessons.certificates import authority
from labcore import clusters
from labcore.clusters import Entry
from labtools.clusters.context import forward
from labtools.clusters.context.entry import Forwardable

from nginx.cases import Ask, ingress, service

HERE = Path(__file__).parent
MANIFESTS = HERE.parents[2] / "manifests" / "controllers" / "nginx"
PATIENCE = 90.0
PORTS = (8000, 8443)
"""Where the controller's Pod listens."""
_folder = tempfile.TemporaryDirectory()
CLIENT = Path(_folder.name) / "client.pem"
"""Certificate and key of a client, issued by the authority of the Secret `authority`."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    saw: dict

    def header(self, name: str) -> str | None:
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return ", ".join(values) if values else None


def ask(nginx: Entry, one: Ask, host: str) -> Answer:
    """A request to nginx's Pod; by HTTPS the name is told as SNI, and no certificate is verified."""
    name = one.host or host
    if one.https:
        context = ssl._create_unverified_context()
        if one.certificate:
            context.load_cert_chain(CLIENT)
        connection = http.client.HTTPConnection(nginx.address, nginx.https_port, timeout=30)
        plain = socket.create_connection((nginx.address, nginx.https_port), 30)
        connection.sock = context.wrap_socket(plain, server_hostname=name)
    else:
        connection = http.client.HTTPConnection(nginx.address, nginx.http_port, timeout=30)
    try:
        body = b"x" * one.body if one.body else None
        connection.request(one.method, one.path, body, {"Host": name, **one.send})
        answer = connection.getresponse()
        text = answer.read()
    finally:
        connection.close()
    saw = json.loads(text) if answer.getheader("Content-Type") == "application/json" else {}
    return Answer(answer.status, answer.getheaders(), saw)


def application(name: str, replicas: int = 1, secure: bool = False) -> list[dict]:
    """A Deployment of echo.py and its Service on port 80."""
    env = [{"name": "SERVICE", "value": name}, {"name": "CERTIFICATE", "value": "1" if secure else ""}]
    env.append({"name": "POD_NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}})
    mounts = [{"name": "program", "mountPath": "/program"}] + (
        [{"name": "certificate", "mountPath": "/certificate"}] if secure else []
    )
    volumes = [{"name": "program", "configMap": {"name": "echo"}}] + (
        [{"name": "certificate", "secret": {"secretName": "secure"}}] if secure else []
    )
    container = {
        "name": "echo",
        "image": "python:3.13",
        "command": ["python", "/program/echo.py"],
        "env": env,
        "ports": [{"name": "http", "containerPort": 8080}],
        "readinessProbe": {"tcpSocket": {"port": 8080}, "periodSeconds": 1},
        "volumeMounts": mounts,
    }
    labels = {"app": name}
    pod = {"terminationGracePeriodSeconds": 1, "containers": [container], "volumes": volumes}
    template = {"metadata": {"labels": labels}, "spec": pod}
    spec = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template}
    deployment = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": spec}
    return [deployment, service(name, name)]


def secret(name: str, **data: str) -> dict:
    encoded = {key: base64.b64encode(value.encode()).decode() for key, value in data.items()}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "data": encoded}


class World:
    """`lab` is in the namespace of the cases; `nginx` is where the controller's Pod is reached."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.system = Lab.connect("real-nginx")
        self.nginx: Entry
        self._number = 0

    def start(self) -> None:
        """The controller, and the applications of the cases."""
        self.start_controller()
        lab = self.lab
        program = {"echo.py": (HERE / "echo.py").read_text()}
        lab.apply([{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "echo"}, "data": program}])
        made = [authority().issue(host).secret(name) for host, name in HOSTS.items()]
        plain = "foo:{PLAIN}bar"
        lab.apply([*made, secret("passwords", auth=plain), secret("password-map", foo="{PLAIN}bar")])
        own = authority("Clients")
        client = own.issue("authtls")
        CLIENT.write_bytes(client.pem + client.key_pem)
        lab.apply([secret("authority", **{"ca.crt": own.certificate.pem.decode()})])
        lab.apply([*application("echo", 2), *application("other"), *application("secure", secure=True)])
        lab.wait("deployments", timeout=PATIENCE)

    def start_controller(self) -> None:
        self.system.apply(MANIFESTS)
        self.system.wait("deployments", timeout=PATIENCE)
        pod = self._pod("real-nginx", "real-nginx")
        if clusters.of(self.lab.cluster).reaches_pods:
            self.nginx = Entry(pod["status"]["podIP"], *PORTS)
        else:
            self.nginx = forward.entry(self.lab.api, Forwardable("real-nginx", pod["metadata"]["name"], *PORTS))

    def pod_address(self, namespace: str, app: str) -> str:
        return self._pod(namespace, app)["status"]["podIP"]

    def _pod(self, namespace: str, app: str) -> dict:
        pods = self.lab.api.request("get", f"/api/v1/namespaces/{namespace}/pods")["items"]
        running = [
            p
            for p in pods
            if p["metadata"].get("labels", {}).get("app") == app and "deletionTimestamp" not in p["metadata"]
        ]
        return running[0]

    def apply(self, ingresses: list[dict]) -> None:
        """And wait until nginx has them: an Ingress made after them answers."""
        for obj in ingresses:
            given = obj["metadata"].get("annotations", {})
            for name, value in given.items():
                if "//AUTH" in value:
                    address = self.pod_address(self.lab.namespace, "other")
                    given[name] = value.replace("AUTH", f"{address}:8080")
                given[name] = given[name].replace("NAMESPACE", self.lab.namespace)
        self._number += 1
        host = f"ready-{self._number}.cases"
        self.lab.apply([*ingresses, ingress(host, permanent_redirect="http://ready")])
        deadline = time.monotonic() + PATIENCE
        while ask(self.nginx, Ask(), host).status != 301:
            assert time.monotonic() < deadline, self.logs()
            time.sleep(0.1)

    def events(self, name: str) -> list[tuple[str, str]]:
        """(reason, message) of the Events on an Ingress."""
        found = self.lab.api.request("get", f"/api/v1/namespaces/{self.lab.namespace}/events")["items"]
        return [(e["reason"], e["message"]) for e in found if e["involvedObject"].get("name") == name]

    def logs(self) -> str:
        pods = self.lab.api.request("get", "/api/v1/namespaces/real-nginx/pods")["items"]
        name = pods[0]["metadata"]["name"]
        path = f"/api/v1/namespaces/real-nginx/pods/{name}/log"
        return str(self.lab.api.request("get", path, query={"container": "controller", "tailLines": "1000"}))

    def stop(self) -> None:
        self.lab.clean_up()
        for kind in ("clusterroles", "clusterrolebindings"):
            self.lab.api.request("delete", f"/apis/rbac.authorization.k8s.io/v1/{kind}/real-nginx")
        self.lab.api.request("delete", "/apis/networking.k8s.io/v1/ingressclasses/real-nginx")
        self.system.clean_up()


HOSTS = {
    "slash.bar.com": "slash",
    "settings-tls": "settings-tls",
    "hsts.tls": "hsts",
    "ports.tls": "ports",
    "https.foo.com": "https",
    "secure": "secure",
}
