"""A client inside the cluster: sends requests from its Pod's own address, prints one line of JSON for each answer.

    python client.py http://127.96.1.2/ --times 10          ten requests, each on a connection of its own
    python client.py http://127.96.1.2/ --times 10 --keep   ten requests on one connection
    python client.py http://shop.example.com/ --to 127.96.1.2:80 --header "Cookie: visitor=7"
    python client.py http://web-svc/ --times 10 --show pod  of each answer only the name of the Pod that gave it
    python client.py --text hello --to 127.96.1.2:7000      a line of text instead of HTTP; with --udp a datagram

Without arguments it waits, so that its Pod stays. `--to` is where it connects; the Host header is the URL's.
`--jar FILE` keeps cookies in a file, and brings them back, as a browser does.
"""

import argparse
import http.client
import json
import signal
import socket
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

TIMEOUT = 5.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("urls", nargs="*")
    parser.add_argument("--to", default="")
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--header", action="append", default=[])
    parser.add_argument("--method", default="GET")
    parser.add_argument("--body")
    parser.add_argument("--jar", default="")
    parser.add_argument("--text")
    parser.add_argument("--udp", action="store_true")
    parser.add_argument("--show", default="")
    chosen = parser.parse_args()
    if chosen.text is not None:
        say((send_datagram if chosen.udp else send_text)(chosen.text, chosen.to))
    elif chosen.urls:
        send_requests(chosen)
    else:
        wait()


def send_requests(chosen: argparse.Namespace) -> None:
    connections: dict[tuple[str, int], http.client.HTTPConnection] = {}
    headers = dict(line.split(": ", 1) for line in chosen.header)
    jar = Jar(chosen.jar)
    for _ in range(chosen.times):
        for url in chosen.urls:
            parts = urlsplit(url)
            place = place_of(chosen.to) if chosen.to else (parts.hostname or "", parts.port or 80)
            connection = connections.setdefault(place, http.client.HTTPConnection(*place, timeout=TIMEOUT))
            answer = send(connection, url, chosen, {"Host": parts.netloc} | jar.header(url) | headers, jar)
            print(word_of(answer, chosen.show), flush=True) if chosen.show else say(answer)
            if not chosen.keep:
                connection.close()
    jar.close()


class Jar:
    """Cookies, kept in a file from one run to the next; without a file none are kept."""

    def __init__(self, file: str) -> None:
        self.file = file
        if file:
            self.load()

    def load(self) -> None:
        from http.cookiejar import LWPCookieJar  # here, as it takes as long to import as a request takes
        from urllib.request import Request

        self.cookies, self.request = LWPCookieJar(), Request
        if Path(self.file).exists():
            self.cookies.load(self.file, ignore_discard=True)

    def header(self, url: str) -> dict[str, str]:
        if not self.file:
            return {}
        request = self.request(url)
        self.cookies.add_cookie_header(request)
        return {"Cookie": request.get_header("Cookie", "")} if request.has_header("Cookie") else {}

    def keep(self, url: str, response: http.client.HTTPResponse) -> None:
        if self.file:
            self.cookies.extract_cookies(response, self.request(url))

    def close(self) -> None:
        if self.file:
            self.cookies.save(self.file, ignore_discard=True)


def send(
    connection: http.client.HTTPConnection, url: str, chosen: argparse.Namespace, headers: dict[str, str], jar: Jar
) -> dict:
    """One request; the connection opens when it is not open."""
    kept, begin = connection.sock is not None, time.perf_counter()
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        own = {"User-Agent": "lab-client", "Accept": "*/*"}
        connection.request(chosen.method, target, chosen.body, own | headers)
        response = connection.getresponse()
        jar.keep(url, response)
        text = response.read().decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        connection.close()
        return {"url": url, "status": 0, "error": reason(error)}
    facts = {"connection": "kept" if kept else "new"}
    return {
        "url": url,
        "status": response.status,
        "headers": joined(response.getheaders()),
        "text": text,
        "layers": facts,
        "milliseconds": round((time.perf_counter() - begin) * 1000, 1),
    }


def joined(headers: list[tuple[str, str]]) -> dict[str, str]:
    """Headers by name; those that came more than once (Set-Cookie) stand in one line."""
    found: dict[str, str] = {}
    for name, value in headers:
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def send_text(text: str, to: str) -> dict:
    """A line over plain TCP; returns the first line that comes back."""
    try:
        with socket.create_connection(place_of(to), timeout=TIMEOUT) as connection:
            connection.sendall(text.encode() + b"\r\n")
            connection.shutdown(socket.SHUT_WR)
            line = connection.makefile("rb").readline()
    except OSError as error:
        return {"text": "", "error": reason(error)}
    return {"text": line.decode(errors="replace").rstrip(), "error": ""}


def send_datagram(text: str, to: str) -> dict:
    """A datagram over UDP; returns the one that comes back."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.settimeout(TIMEOUT)
            udp.connect(place_of(to))
            udp.send(text.encode())
            answer = udp.recv(65535)
    except OSError as error:
        return {"text": "", "error": reason(error)}
    return {"text": answer.decode(errors="replace").rstrip(), "error": ""}


def word_of(answer: dict, name: str) -> str:
    """One word of what the application said (`pod`, `service`, `client`), or else an error or a status."""
    try:
        return str(json.loads(answer.get("text", ""))[name])
    except (ValueError, KeyError, TypeError):
        return answer.get("error") or str(answer["status"])


def place_of(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return host, int(port)


def reason(error: Exception) -> str:
    """A failure in two or three words, the same on every system."""
    for kind, words in (
        (ConnectionRefusedError, "connection refused"),
        (TimeoutError, "no answer in time"),
        (http.client.RemoteDisconnected, "connection closed without an answer"),
        (ConnectionResetError, "connection reset"),
        (socket.gaierror, "no such name"),
    ):
        if isinstance(error, kind):
            return words
    return type(error).__name__


def say(answer: dict) -> None:
    print(json.dumps(answer), flush=True)


def wait() -> None:
    """Until the Pod is stopped; process 1 of a container has no default for SIGTERM."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    while True:
        signal.pause()


if __name__ == "__main__":
    main()
