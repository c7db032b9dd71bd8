"""What is applied while measuring: one small application, its Service, and Ingresses."""

PROGRAM = """
import http.server
class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")
    def log_message(self, *words):
        pass
http.server.ThreadingHTTPServer(("", 8080), Answer).serve_forever()
"""


def application(name: str = "web", replicas: int = 1) -> list[dict]:
    """ConfigMap, Deployment and Service of an application that answers `ok`."""
    labels = {"app": name}
    container = {
        "name": "app",
        "image": "python:3.13-alpine",
        "command": ["python", "main.py"],
        "workingDir": "/app",
        "ports": [{"name": "http", "containerPort": 8080}],
        "readinessProbe": {"tcpSocket": {"port": "http"}, "periodSeconds": 1},
        "volumeMounts": [{"name": "code", "mountPath": "/app"}],
    }
    spec = {
        "terminationGracePeriodSeconds": 1,
        "containers": [container],
        "volumes": [{"name": "code", "configMap": {"name": f"{name}-code"}}],
    }
    return [
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": f"{name}-code"}, "data": {"main.py": PROGRAM}},
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": name},
            "spec": {
                "replicas": replicas,
                "selector": {"matchLabels": labels},
                "template": {"metadata": {"labels": labels}, "spec": spec},
            },
        },
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": name},
            "spec": {"selector": labels, "ports": [{"name": "http", "port": 80, "targetPort": "http"}]},
        },
    ]


def ingress(host: str, service: str = "web", class_name: str = "traefik") -> dict:
    """An Ingress that sends everything of `host` to `service`."""
    path = {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": service, "port": {"number": 80}}}}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": host.replace(".", "-")},
        "spec": {"ingressClassName": class_name, "rules": [{"host": host, "http": {"paths": [path]}}]},
    }
