"""Several people at once on a JupyterHub of this machine, each with a cluster: how long they wait, and what it takes.

    sh setup.sh hub && .venv/bin/python -m bench.hub --users 3 --notebooks 00 07

Run by hand and by root alone, since it makes the accounts lab-1, lab-2, ... and removes them afterwards. Each person
logs in to the hub of `hub/jupyterhub_config.py` and runs the notebooks in a kernel, all at the same time.
"""

import argparse
import os
import pwd
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psutil
import requests

from bench import hub_person
from bench.clusters import ROOT, free_port

OVER = """
load_subconfig({delivered!r})
c.JupyterHub.bind_url = "http://127.0.0.1:{public}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{inner}"
c.TraefikProxy.traefik_api_url = "http://127.0.0.1:{api}"
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.services = [{{"name": "bench", "api_token": {token!r}}}]
c.JupyterHub.load_roles = [
    {{"name": "bench", "services": ["bench"], "scopes": ["admin:users", "admin:servers", "access:servers"]}}
]
"""
"""Over the delivered settings: ports that are free, and people who come without a password."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.hub", description=__doc__)
    parser.add_argument("--users", type=int, default=3)
    parser.add_argument("--notebooks", nargs="*", default=["00"], metavar="NN")
    chosen = parser.parse_args()
    if os.geteuid() != 0:
        print(
            "bench.hub makes accounts and so must be run by root: sudo .venv/bin/python -m bench.hub", file=sys.stderr
        )
        return 2
    with accounts(chosen.users) as names, running_hub() as (url, token):
        before = psutil.virtual_memory().available
        with ThreadPoolExecutor(len(names)) as pool:
            people = list(pool.map(lambda name: hub_person.work(url, token, name, chosen.notebooks), names))
            for person in people:
                print(person, f"{memory(person.name):.0f} MB", sep=", ", flush=True)
            print(f"the machine has {(before - psutil.virtual_memory().available) / 1e6:.0f} MB less", flush=True)
            list(pool.map(lambda name: hub_person.leave(url, token, name), names))
        left = [found for name in names for found in left_behind(name)]
        print("left behind:", ", ".join(left) or "nothing")
    return 0 if all(person.passed for person in people) and not left else 1


@contextmanager
def accounts(number: int) -> Iterator[list[str]]:
    """People of this machine, removed afterwards with all that is theirs; raises RuntimeError for taken names."""
    names = [f"lab-{n}" for n in range(1, number + 1)]
    taken = {entry.pw_name for entry in pwd.getpwall()} & set(names)
    if taken:
        raise RuntimeError(f"these accounts exist already, and are not touched: {', '.join(sorted(taken))}")
    made = []
    try:
        for name in names:
            subprocess.run(
                ["/usr/sbin/useradd", "--create-home", "--user-group", "--shell", "/bin/sh", name], check=True
            )
            made.append(name)
        yield names
    finally:
        for name in made:
            for process in of_person(name):
                process.kill()
            time.sleep(0.2)
            subprocess.run(["/usr/sbin/userdel", "--remove", name], check=False, stderr=subprocess.DEVNULL)


@contextmanager
def running_hub() -> Iterator[tuple[str, str]]:
    """The hub's URL and a token of an administrator."""
    state, token, public = Path(tempfile.mkdtemp(prefix="ingress-hub-")), secrets.token_hex(16), free_port()
    settings = state / "config.py"
    delivered = str(ROOT / "hub" / "jupyterhub_config.py")
    ports = {"public": public, "inner": free_port(), "api": free_port()}
    settings.write_text(OVER.format(delivered=delivered, token=token, **ports))
    environment = {**os.environ, "INGRESS_LAB_HUB": str(state)}
    with (state / "log").open("wb") as log:
        command = [str(Path(sys.executable).parent / "jupyterhub"), "-f", str(settings)]
        hub = subprocess.Popen(command, cwd=state, env=environment, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{public}"
    try:
        until_it_answers(hub, f"{url}/hub/api/")
        yield url, token
    except BaseException:
        print(*(state / "log").read_text(errors="replace").splitlines()[-40:], sep="\n", file=sys.stderr)
        raise
    finally:
        hub.terminate()
        hub.wait(30)
        shutil.rmtree(state, ignore_errors=True)


def until_it_answers(hub: subprocess.Popen, url: str) -> None:
    begun = time.perf_counter()
    while time.perf_counter() - begun < 60 and hub.poll() is None:
        try:
            if requests.get(url, timeout=5).ok:
                print(f"hub ready after {time.perf_counter() - begun:.1f} s", flush=True)
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.1)
    raise RuntimeError("JupyterHub did not start; its log is above")


def of_person(name: str) -> list[psutil.Process]:
    ended = psutil.STATUS_ZOMBIE
    running = psutil.process_iter(["username", "status"])
    return [process for process in running if process.info["username"] == name and process.info["status"] != ended]


def left_behind(name: str) -> list[str]:
    """What of a person still runs after a moment: kernels look every second whether their server is there."""
    psutil.wait_procs(of_person(name), timeout=5)
    return [f"{name}: {process.name()} {process.pid}" for process in of_person(name)]


def memory(name: str) -> float:
    """Megabytes of all that a person runs; what they share is counted once (PSS)."""
    total = 0.0
    for process in of_person(name):
        try:
            total += process.memory_full_info().pss
        except psutil.NoSuchProcess:
            continue
    return total / 1e6


if __name__ == "__main__":
    sys.exit(main())
