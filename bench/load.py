"""Load with small keep-alive requests: `python -m bench.load CLIENT ADDRESS PORT HOST SECONDS CONNECTIONS`.

Two clients, and a server for each (`serve-bare`, `serve-streams` ADDRESS PORT):
  bare      the system's epoll and nothing else, so that what is measured is the way and not the client
  streams   asyncio's streams, which read an answer's head and body: as light as programs usually are
"""

import asyncio
import select
import socket
import subprocess
import sys
import time

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"


def measure(
    address: str, port: int, host: str = "load", seconds: float = 1.0, connections: int = 16, client: str = "bare"
) -> float:
    """Answers a second, seen by a client in a process of its own. Raises RuntimeError at any wrong answer."""
    words = ["-m", "bench.load", client, address, str(port), host, str(seconds), str(connections)]
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])
    return float(done.stdout)


def bare(address: str, port: int, host: str, seconds: float, connections: int) -> float:
    """One request open on each connection."""
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


async def streams(address: str, port: int, host: str, seconds: float, connections: int) -> float:
    request, began, answers = f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n".encode(), time.perf_counter(), 0

    async def one() -> None:
        nonlocal answers
        reader, writer = await asyncio.open_connection(address, port)
        while time.perf_counter() < began + seconds:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].split(None, 1)[0])
            if not head.startswith(b"HTTP/1.1 200") or await reader.readexactly(length) != b"ok":
                raise ConnectionError(f"unexpected answer: {head[:200]!r}")
            answers += 1
        writer.close()

    await asyncio.gather(*(one() for _ in range(connections)))
    return answers / (time.perf_counter() - began)


class Server(asyncio.Protocol):
    """One request in a piece, one answer."""

    def connection_made(self, transport) -> None:
        self._write = transport.write

    def data_received(self, data: bytes) -> None:
        self._write(ANSWER)


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(ANSWER)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def serve(form: str, address: str, port: int) -> None:
    if form == "bare":
        server = await asyncio.get_running_loop().create_server(Server, address, port)
    else:
        server = await asyncio.start_server(answer, address, port)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main(what: str, address: str, port: str, host: str = "", seconds: str = "1", connections: str = "16") -> None:
    if what.startswith("serve-"):
        asyncio.run(serve(what.removeprefix("serve-"), address, int(port)))
        return
    values = (address, int(port), host, float(seconds), int(connections))
    print(bare(*values) if what == "bare" else asyncio.run(streams(*values)))


if __name__ == "__main__":
    main(*sys.argv[1:])
