"""Services s0 to s5, all of one Pod, which answers on a port for each with the Service's name; `empty` has no Pod."""

SERVICES = tuple(f"s{number}" for number in range(6))

# One Pod that answers on one port for each Service, in its name.
PROGRAM = """
import json, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self):
        service = "s%d" % (self.server.server_port - 8000)
        body = json.dumps({"service": service, "pod": "all", "path": self.path}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass

servers = [ThreadingHTTPServer(("", 8000 + n), Handler) for n in range(6)]
for server in servers[1:]:
    threading.Thread(target=server.serve_forever, daemon=True).start()
servers[0].serve_forever()
"""


def application() -> list[dict]:
    container = {
        "name": "app",
        "image": "python:3.13-alpine",
        "command": ["python", "app.py"],
        "workingDir": "/app",
        "volumeMounts": [{"name": "app", "mountPath": "/app"}],
        "readinessProbe": {"tcpSocket": {"port": 8000}, "periodSeconds": 1},
    }
    spec = {
        "terminationGracePeriodSeconds": 1,
        "containers": [container],
        "volumes": [{"name": "app", "configMap": {"name": "app"}}],
    }
    pod = {"kind": "Pod", "metadata": {"name": "all", "labels": {"app": "all"}}, "spec": spec}
    services = [service(name, "all", 8000 + number) for number, name in enumerate(SERVICES)]
    config = {"kind": "ConfigMap", "metadata": {"name": "app"}, "data": {"app.py": PROGRAM}}
    return [{"apiVersion": "v1", **obj} for obj in (config, pod, *services, service("empty", "nobody", 80))]


def service(name: str, app: str, port: int) -> dict:
    ports = [{"name": "http", "port": 80, "targetPort": port}]
    return {"kind": "Service", "metadata": {"name": name}, "spec": {"selector": {"app": app}, "ports": ports}}
