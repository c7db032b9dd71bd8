"""The API's verbs from one client, on this cluster and on another one in turns."""

import json
import threading
import time
from pathlib import Path

from bench.api import Api
from bench.clusters import fresh_cluster
from bench.rows import Row

COUNT = 200
LISTED = 500
GOALS = {"create": 385, "get": 600, "patch": 330, "list 500": 170, "delete": 330}
"""A second: the real v1.36 control plane on a machine of this class (DESIGN.md)."""
WATCH_GOAL = "at most 3"
SPACE = "bench-verbs"


def verbs(repeats: int, against: Path | None = None) -> list[Row]:
    with fresh_cluster() as info:
        apis = [Api(info.kubeconfig), *([Api(against)] if against else [])]
        found: list[dict[str, list[float]]] = [{} for _ in apis]
        for _ in range(repeats):
            for api, values in zip(apis, found, strict=True):
                for what, value in _round(api).items():
                    values.setdefault(what, []).append(value)
    mine, other = found[0], tuple(found[1:])
    rows = []
    for what, values in mine.items():
        unit, goal = ("ms", WATCH_GOAL) if what == "watch delay" else ("1/s", f"at least {GOALS[what]}")
        name = "watch: event after its write" if what == "watch delay" else f"API: {what}"
        rows.append(Row(name, unit, values, goal, tuple(other[0][what]) if other else ()))
    return rows


def _round(api: Api) -> dict[str, float]:
    """One go: requests a second, and the delay of a watch in milliseconds (median)."""
    with _namespace(api):
        found = {
            "create": _rate(COUNT, lambda n: api.create(_config_map(n), SPACE)),
            "get": _rate(COUNT, lambda n: api.session.get(api.path("ConfigMap", SPACE, f"c{n}")).raise_for_status()),
            "patch": _rate(COUNT, lambda n: _patch(api, n)),
            "watch delay": _watch_delay(api),
        }
        for number in range(COUNT, LISTED):
            api.create(_config_map(number), SPACE)
        found["list 500"] = _rate(20, lambda n: api.session.get(api.path("ConfigMap", SPACE)).raise_for_status())
        found["delete"] = _rate(COUNT, lambda n: api.delete("ConfigMap", SPACE, f"c{n}"))
    return found


class _namespace:
    def __init__(self, api: Api) -> None:
        self._api = api

    def __enter__(self) -> None:
        self._api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": SPACE}})

    def __exit__(self, *_: object) -> None:
        url = self._api.path("Namespace", "", SPACE)
        self._api.session.delete(url).raise_for_status()
        while self._api.session.get(url).status_code != 404:
            time.sleep(0.02)


def _rate(count: int, ask) -> float:
    begun = time.perf_counter()
    for number in range(count):
        ask(number)
    return count / (time.perf_counter() - begun)


def _config_map(number: int) -> dict:
    data = {"text": "x" * 200}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": f"c{number}"}, "data": data}


def _patch(api: Api, number: int) -> None:
    headers = {"Content-Type": "application/merge-patch+json"}
    url = api.path("ConfigMap", SPACE, f"c{number}")
    api.session.patch(url, json={"data": {"text": "y"}}, headers=headers).raise_for_status()


def _watch_delay(api: Api, events: int = 50) -> float:
    """Milliseconds from sending a write to its event at a watching client of this process; the median."""
    seen: dict[str, float] = {}
    beginning, watching = time.perf_counter(), threading.Event()

    def follow() -> None:
        query = {"watch": "true", "timeoutSeconds": "20", "fieldSelector": "metadata.name=watched"}
        with (
            api.new_session() as session,
            session.get(api.path("ConfigMap", SPACE), params=query, stream=True) as found,
        ):
            watching.set()
            for line in found.iter_lines(chunk_size=None):
                event = json.loads(line)
                seen[event["object"]["metadata"]["resourceVersion"]] = time.perf_counter()
                if event["type"] == "DELETED":
                    return

    watcher = threading.Thread(target=follow, daemon=True)
    watcher.start()
    watching.wait(5)
    written: dict[str, float] = {}
    obj = api.create(_config_map(0) | {"metadata": {"name": "watched"}}, SPACE)
    for number in range(events):
        obj["data"] = {"n": str(number)}
        sent = time.perf_counter()
        obj = api.session.put(api.path("ConfigMap", SPACE, "watched"), json=obj).json()
        written[obj["metadata"]["resourceVersion"]] = sent
        time.sleep(0.002)
    api.delete("ConfigMap", SPACE, "watched")
    watcher.join(5)
    delays = sorted(seen[v] - at for v, at in written.items() if v in seen)
    if len(delays) < events:
        raise RuntimeError(f"{len(delays)} of {events} events in {time.perf_counter() - beginning:.1f} s")
    return delays[len(delays) // 2] * 1000
