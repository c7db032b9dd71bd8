"""JupyterHub on one machine, for people who have accounts there: docs/browser.md says how it is started.

Traefik, which the series brings, stands before the hub, so nothing is needed but `sh setup.sh hub`.
"""

import asyncio
import os
import pwd
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
PROGRAMS = PROJECT / ".venv" / "bin"
STATE = Path(os.environ.get("INGRESS_LAB_HUB", "/var/lib/ingress-lab-hub"))
STATE.mkdir(mode=0o700, parents=True, exist_ok=True)
os.environ["PATH"] = f"{PROGRAMS}:{os.environ['PATH']}"

c = get_config()  # noqa: F821 - JupyterHub's own, when it reads this file
c.JupyterHub.db_url = f"sqlite:///{STATE}/hub.sqlite"
c.JupyterHub.cookie_secret_file = str(STATE / "cookie_secret")
c.JupyterHub.proxy_class = "traefik_file"
c.TraefikFileProviderProxy.static_config_file = str(STATE / "traefik.toml")
c.TraefikFileProviderProxy.dynamic_config_file = str(STATE / "rules.toml")

c.LocalAuthenticator.allowed_groups = {"ingress-lab"}

c.Spawner.cmd = [str(PROJECT / "start"), str(PROGRAMS / "jupyterhub-singleuser")]
c.Spawner.start_timeout = 120
c.Spawner.http_timeout = 120
c.Spawner.env_keep = ["PATH", "LANG", "LC_ALL", "LC_MESSAGES", "INGRESS_LAB_LANG", "INGRESS_LAB_CLUSTER"]


async def stop_cluster(spawner) -> None:
    """A cluster outlives the server that it was started from; here it ends with it, and the next `lab up` goes on."""
    name = spawner.user.name
    place = Path(pwd.getpwnam(name).pw_dir) / "ingress-lab"
    if place.is_dir():
        state = {"INGRESS_LAB_HOME": str(place / ".lab"), "HOME": str(place.parent), "PATH": os.environ["PATH"]}
        command = ["runuser", "-u", name, "--", str(PROGRAMS / "lab"), "down"]
        await (await asyncio.create_subprocess_exec(*command, cwd=place, env=state)).wait()


c.Spawner.post_stop_hook = stop_cluster
