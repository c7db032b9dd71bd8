"""Sends datagrams to a port of its own Pod in several ways, and prints where they came back from."""

import json
import os
import socket

address = (os.environ["LOOPKUBE_POD"].split()[0], 53)
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(address)
found = []


def answered(way, send):
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    client.settimeout(5)
    send(client)
    data, source = server.recvfrom(100)
    server.sendto(data, source)
    found.append([data.decode(), client.recvfrom(100)[1][1]])


def connected(client):
    client.connect(address)
    client.send(b"connected")


answered("sendto", lambda client: client.sendto(b"sendto", address))
answered("sendmsg", lambda client: client.sendmsg([b"sendmsg"], [], 0, address))
answered("connected", connected)
print(json.dumps(found), flush=True)
