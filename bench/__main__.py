"""Runs the measurements, prints one table, and keeps it in docs/bench.md."""

import argparse
import functools
import math
import os
import platform
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from loopkube import cluster
from loopkube.process import owner

from bench import containers, measures, notebooks, published, rolling, rows, scale, verbs, ways
from bench.clusters import ROOT

KEPT = ROOT / "docs" / "bench.md"
SECONDS_OF_LOAD = 60


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--repeats", type=int, default=5, help="how often each is measured (default 5)")
    parser.add_argument("--against", type=Path, metavar="KUBECONFIG", help="measure another cluster's API beside it")
    parser.add_argument("--only", nargs="*", default=[], metavar="PART", help=f"of {', '.join(PARTS)}; keeps no table")
    chosen = parser.parse_args()
    os.environ[owner.VARIABLE] = str(os.getpid())  # what is measured ends with this process, even if it is killed
    against = bool(chosen.against)
    print(machine(), "", rows.line([*rows.HEAD[:-1], *(["other"] if against else []), rows.HEAD[-1]]), sep="\n")
    found, missed, began = [], [], time.perf_counter()
    for name, measure in PARTS.items():
        if chosen.only and name not in chosen.only:
            continue
        if name == "verbs":
            measure = functools.partial(measure, against=chosen.against)
        try:
            measured = measure(chosen.repeats)
        except (OSError, RuntimeError, cluster.ClusterError) as error:
            missed.append(name)
            print(f"{name}: not measured: {error}", file=sys.stderr, flush=True)
            continue
        for row in measured:
            found.append(row)
            print(rows.line(rows.cells(row, against)), flush=True)
    print(f"\n{time.perf_counter() - began:.0f} s")
    if missed:
        return 1
    if not chosen.only:
        KEPT.write_text(document(found, against, (time.perf_counter() - began) / 60), encoding="utf-8")
        print(f"kept in {KEPT.relative_to(ROOT)}")
    return 0


PARTS = {
    "start": measures.start_up,
    "running": measures.running,
    "notebooks": lambda repeats: notebooks.notebooks(min(repeats, 2)),
    "verbs": verbs.verbs,
    "published": published.published,
    "ways": ways.ways,
    "load": functools.partial(rolling.load, seconds=SECONDS_OF_LOAD),
    "pods": scale.pods,
    "containers": containers.containers,
    "scale": scale.objects,
}


def machine() -> str:
    load = f"load {os.getloadavg()[0]:.1f} before" if hasattr(os, "getloadavg") else ""
    words = (
        platform.machine(),
        f"{os.cpu_count()} CPUs",
        f"Python {platform.python_version()}",
        platform.system(),
        load,
    )
    return ", ".join(word for word in words if word)


def document(found: list[rows.Row], against: bool, minutes: float) -> str:
    return TEXT.format(
        minutes=math.ceil(minutes), day=datetime.now(UTC).date(), machine=machine(), table=rows.markdown(found, against)
    )


TEXT = """\
# Measured

The last table of `make bench`, written by it on {day} ({machine}).
Machines differ and are noisy: compare rows of one table, never two machines. n is how often it was measured.
`make bench` takes about {minutes} minutes; `.venv/bin/python -m bench --against KUBECONFIG` measures another cluster's
API in turns with this one.

{table}

## What the rows mean

- **Nothing to first routed 200**: from an empty folder to the first answer of an application through the entry.
- **Notebook**: from the start of its kernel to its last cell.
- **API**: requests of one client, one after the other, over one connection; the goals are the figures of a real v1.36
  kube-apiserver and etcd on a machine of this class. **watch** counts from the moment the write is sent.
- **At a fixed rate**: each write has its moment, whatever became of the ones before it; latency counts from there.
- **In memory**: what `loopkube.testing` gives a test, from the start of its imports.
- **L7**: the entry's Traefik against the same Traefik that has its one route from a file. Nothing of loopkube is on the
  way, so it must be the same. Both run in sessions of their own, among which Linux shares its time.
- **L4**: client and server in asyncio's streams, as light as programs usually are. The limit: for each request and its
  answer the proxy makes two reads and two writes, as many as client and server together, and four fifths of its time
  are the kernel's, not Python's. Where client and server are nothing but epoll, it has as much to do as both of them,
  and on two CPUs about half of a direct connection is what is left, in any language. kube-proxy leaves the copying to
  the kernel; that needs root.
- **Ingresses**: Traefik is started without writing addresses into Ingresses (column ADDRESS). Its client makes five
  such writes a second and no more, here and on any cluster, and it takes no new rule meanwhile: the row with addresses
  shows it.
- **Load**: clients ask through the entry, each over a kept connection of its own, while two Deployments roll and Pods
  are deleted. The Pods have a readiness probe and a preStop of two seconds, as on any cluster. A failed request is any
  but a 200.
"""


if __name__ == "__main__":
    sys.exit(main())
