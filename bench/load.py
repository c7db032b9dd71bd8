"""Load with small keep-alive requests (`python -m bench.load ADDRESS PORT HOST SECONDS CONNECTIONS`) and its server.

The client does as little as possible for each request, so that what is measured is the way and not the client.
`python -m bench.load serve ADDRESS PORT` answers every request with the same few bytes.
"""

import asyncio
import select
import socket
import subprocess
import sys
import time

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"


def load(address: str, port: int, host: str, seconds: float, connections: int) -> float:
    """Answers a second, over keep-alive connections with one request open on each. Raises on any other answer."""
    request = f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
    poll, socks = select.epoll(), {}
    for _ in range(connections):
        sock = socket.create_connection((address, port), timeout=5)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setblocking(False)
        socks[sock.fileno()] = sock
        poll.register(sock, select.EPOLLIN)
        sock.send(request)
    answers, began = 0, time.perf_counter()
    end = began + seconds
    while time.perf_counter() < end:
        for number, _ in poll.poll(5):
            sock = socks[number]
            data = sock.recv(65536)
            if not (data.startswith(b"HTTP/1.1 200") and data.endswith(b"ok")):
                raise ConnectionError(f"unexpected answer: {data[:200]!r}")
            answers += 1
            sock.send(request)
    return answers / (time.perf_counter() - began)


def measure(address: str, port: int, host: str = "load", seconds: float = 1.0, connections: int = 16) -> float:
    """`load` in a process of its own: this one may have other things to do."""
    words = ["-m", "bench.load", address, str(port), host, str(seconds), str(connections)]
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])
    return float(done.stdout)


class Server(asyncio.Protocol):
    """One request in a piece, one answer."""

    def connection_made(self, transport) -> None:
        self._write = transport.write

    def data_received(self, data: bytes) -> None:
        self._write(ANSWER)


async def serve(address: str, port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Server, address, port)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    words = sys.argv[1:]
    if words[0] == "serve":
        asyncio.run(serve(words[1], int(words[2])))
    else:
        print(load(words[0], int(words[1]), words[2], float(words[3]), int(words[4])))
