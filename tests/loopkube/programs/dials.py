"""Dials an address in several ways, and prints whom it reached."""

import asyncio
import json
import socket
import sys
from http.client import HTTPConnection

address, port = sys.argv[1], int(sys.argv[2])
found = {}

with socket.create_connection((address, port)) as sock:
    found["connect"] = sock.getpeername()
with socket.socket() as sock:
    assert sock.connect_ex((address, port)) == 0
    found["connect_ex"] = sock.getpeername()
with socket.socket(socket.AF_INET6) as sock:
    sock.connect((f"::ffff:{address}", port))
    found["IPv6 socket"] = (sock.getpeername()[0].removeprefix("::ffff:"), sock.getpeername()[1])


async def dial():
    _, writer = await asyncio.open_connection(address, port)
    found["asyncio"] = writer.get_extra_info("peername")
    writer.close()


asyncio.run(dial())
connection = HTTPConnection(address, port)
connection.request("GET", "/")
found["status"] = connection.getresponse().status
print(json.dumps(found), flush=True)
