"""One person on a JupyterHub: their server is started, and they run notebooks in a kernel, as their browser would."""

import json
import time
import uuid
from dataclasses import dataclass, field

import requests
import websocket

PATIENCE = 180


@dataclass
class Person:
    """What it took them; `problem` is the first error of a cell that expects none."""

    name: str
    server: float = 0.0
    page: str = ""
    notebooks: dict[str, float] = field(default_factory=dict)
    problem: str = ""

    @property
    def passed(self) -> bool:
        return not self.problem

    def __str__(self) -> str:
        took = ", ".join(f"{name[:2]} {seconds:.1f} s" for name, seconds in self.notebooks.items())
        return f"{self.name}: {self.page} after {self.server:.1f} s, {took}{', ' if self.problem else ''}{self.problem}"


def work(url: str, token: str, name: str, notebooks: list[str]) -> Person:
    """Logs in, starts the server, and runs the notebooks whose numbers are given."""
    person, asking = Person(name), _session(token)
    begun = time.perf_counter()
    asking.post(f"{url}/hub/api/users/{name}", timeout=PATIENCE)
    asking.post(f"{url}/hub/api/users/{name}/server", timeout=PATIENCE).raise_for_status()
    while not asking.get(f"{url}/hub/api/users/{name}", timeout=PATIENCE).json()["server"]:
        if time.perf_counter() - begun > PATIENCE:
            raise TimeoutError(f"the server of {name} did not start within {PATIENCE} s")
        time.sleep(0.2)
    person.server = time.perf_counter() - begun
    own = f"{url}/user/{name}"
    person.page = asking.get(f"{own}/", allow_redirects=False, timeout=PATIENCE).headers.get("Location", "")
    listed = asking.get(f"{own}/api/contents/my/en", timeout=PATIENCE).json()["content"]
    for path in sorted(entry["path"] for entry in listed if entry["name"][:2] in notebooks):
        person.notebooks[path.rpartition("/")[2]] = _run(asking, own, token, path, person)
    return person


def leave(url: str, token: str, name: str) -> None:
    """Stops their server, and returns when it has ended."""
    asking = _session(token)
    asking.delete(f"{url}/hub/api/users/{name}/server", timeout=PATIENCE)
    begun = time.perf_counter()
    while time.perf_counter() - begun < PATIENCE:
        if not asking.get(f"{url}/hub/api/users/{name}", timeout=PATIENCE).json()["servers"]:
            return
        time.sleep(0.2)


def _session(token: str) -> requests.Session:
    asking = requests.Session()
    asking.trust_env = False
    asking.headers["Authorization"] = f"token {token}"
    return asking


def _run(asking: requests.Session, own: str, token: str, path: str, person: Person) -> float:
    """Seconds from the request for a kernel to the last cell."""
    cells = asking.get(f"{own}/api/contents/{path}", timeout=PATIENCE).json()["content"]["cells"]
    begun = time.perf_counter()
    wanted = {"path": path, "type": "notebook", "name": path, "kernel": {"name": "python3"}}
    session = asking.post(f"{own}/api/sessions", json=wanted, timeout=PATIENCE).json()
    channel = f"{own}/api/kernels/{session['kernel']['id']}/channels".replace("http", "ws", 1)
    wire = websocket.create_connection(channel, timeout=PATIENCE, header=[f"Authorization: token {token}"])
    try:
        for cell in cells:
            if cell["cell_type"] != "code":
                continue
            error = _cell(wire, "".join(cell["source"]))
            if error and "raises-exception" not in cell["metadata"].get("tags", []):
                person.problem = person.problem or f"{path}: {error}"
    finally:
        wire.close()
    return time.perf_counter() - begun


def _cell(wire: websocket.WebSocket, source: str) -> str:
    """The error that a cell ended with, or ""."""
    number = uuid.uuid4().hex
    header = {"msg_id": number, "msg_type": "execute_request", "session": number, "username": "", "version": "5.3"}
    content = {"code": source, "silent": False, "store_history": True, "allow_stdin": False, "stop_on_error": False}
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
    wire.send(json.dumps(message))
    error, answered, idle = "", False, False
    while not (answered and idle):
        answer = json.loads(wire.recv())
        if answer["parent_header"].get("msg_id") != number:
            continue
        kind, said = answer["header"]["msg_type"], answer["content"]
        if kind == "execute_reply":
            answered, error = True, f"{said['ename']}: {said['evalue']}" if said["status"] == "error" else ""
        idle = idle or (kind == "status" and said["execution_state"] == "idle")
    return error
