"""What a Python program of a Pod sees: its Pod's name, address and files."""

import json

from node_harness import Node, ended, program


async def test_a_program_finds_its_own_name_address_and_files(here: Node) -> None:
    await here.config_map("settings", {"colour": "green", "size": "9"})
    mounts = {"volumeMounts": [{"name": "v", "mountPath": "/settings"}]}
    volumes = [{"name": "v", "configMap": {"name": "settings"}}]
    await here.run("web", {"command": program("asks_for_itself")} | mounts, volumes=volumes, restartPolicy="Never")
    pod = await here.pod("web", ended)
    address = pod["status"]["podIP"]
    assert json.loads(await here.logs("web")) == {
        "host name": "web",
        "uname": "web",
        "node": "web",
        "full name": "web",
        "own address": address,
        "bound to": address,
        "comes from": address,
        "namespace": "default",
        "there": True,
        "listed": ["colour", "size"],
        "colour": "green",
        "beside": False,
        "authorities": 1,
    }


async def test_asyncio_servers_listen_on_the_pod_only(here: Node) -> None:
    probe = {"readinessProbe": {"httpGet": {"port": 8080}, "periodSeconds": 1}}
    await here.run("web", {"command": program("asyncio_server")} | probe)
    pod = await here.ready("web")
    assert await here.logs("web") == f"['{pod['status']['podIP']}']\n"


async def test_an_ipv6_wildcard_is_the_pod_as_well(here: Node) -> None:
    script = """
import socket
class Server(__import__("http.server").server.ThreadingHTTPServer):
    address_family = socket.AF_INET6
import http.server
Server(("::", 8080), http.server.SimpleHTTPRequestHandler).serve_forever()
"""
    probe = {"readinessProbe": {"httpGet": {"port": 8080}, "periodSeconds": 1}}
    for name in ("one", "two"):
        await here.run(name, {"command": ["python", "-c", script]} | probe)
    for name in ("one", "two"):
        await here.ready(name)


async def test_the_image_has_no_packages_and_even_isolated_python_is_at_home(here: Node) -> None:
    where = "[p for p in sys.path if p.endswith('site-packages')][0]"
    script = f"import os, sys; print(os.uname().nodename, {where}, flush=True); import aiohttp"
    await here.run("web", {"command": ["python", "-I", "-c", script]}, restartPolicy="Never")
    await here.pod("web", ended)
    output = await here.logs("web")
    assert output.startswith(f"web {here.place}/images/python/")
    assert "No module named 'aiohttp'" in output
