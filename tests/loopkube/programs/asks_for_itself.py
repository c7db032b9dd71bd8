# ruff: noqa: PTH110, PTH123, PTH208, SIM115 - every way to a file is tried
"""Prints what a program in a container may ask about its name, its address and its files."""

import json
import os
import pathlib
import platform
import socket
import ssl

ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"

server = socket.socket()
server.bind(("", 0))
server.listen()
client = socket.create_connection(server.getsockname())
context = ssl.create_default_context(cafile=f"{ACCOUNT}/ca.crt")

print(
    json.dumps(
        {
            "host name": socket.gethostname(),
            "uname": os.uname().nodename,
            "node": platform.node(),
            "full name": socket.getfqdn(),
            "own address": socket.gethostbyname(socket.gethostname()),
            "bound to": server.getsockname()[0],
            "comes from": client.getsockname()[0],
            "namespace": pathlib.Path(ACCOUNT, "namespace").read_text(),
            "there": os.path.exists("/settings/colour"),
            "listed": sorted(name for name in os.listdir("/settings") if not name.startswith("..")),
            "colour": open("/settings/colour").read(),
            "beside": os.path.exists("/settings-of-another"),
            "authorities": len(context.get_ca_certs()),
        }
    ),
    flush=True,
)
