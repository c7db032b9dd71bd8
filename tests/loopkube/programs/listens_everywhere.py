"""Listens on the wildcard, with the means of the system only."""

import _socket

sock = _socket.socket()
sock.bind(("0.0.0.0", 0))
sock.listen()
print(sock.getsockname()[1], flush=True)
while True:
    sock._accept()
