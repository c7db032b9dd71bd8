"""Asks again and again, each time on a new connection, and prints a line of JSON for each request.

    python asker.py http://shop.example.com/ edge
    python asker.py http://shop.example.com/ edge 10        ten clients at once, each as often as one alone

A line says when the request began and ended (seconds since 1970), the status (0: no answer) and the Pod. The
second argument is where it connects (port 80 unless it names another); the Host header is the URL's. A connection
that does not open within a second leads to a node that is off, and is given up. On an open one the answer may be
late: a busy machine is no loss.
"""

import http.client
import json
import signal
import sys
import threading
import time
from urllib.parse import urlsplit

EVERY, TO_OPEN, TO_ANSWER = 0.1, 1.0, 10.0  # seconds


def main(url: str, to: str, clients: str = "1") -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # process 1 of a container has no default for it
    for _ in range(int(clients) - 1):
        threading.Thread(target=keep_asking, args=(url, to), daemon=True).start()
    keep_asking(url, to)


def keep_asking(url: str, to: str) -> None:
    while True:
        begin = time.time()
        status, pod = ask(url, to)
        line = json.dumps({"begin": begin, "end": time.time(), "status": status, "pod": pod})
        print(f"{line}\n", end="", flush=True)  # in one piece, as other clients write, too
        time.sleep(max(0.0, begin + EVERY - time.time()))


def ask(url: str, to: str) -> tuple[int, str]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(to, timeout=TO_OPEN)
    try:
        connection.connect()
        connection.sock.settimeout(TO_ANSWER)
        connection.request("GET", parts.path or "/", headers={"Host": parts.netloc})
        response = connection.getresponse()
        text = response.read()
    except (OSError, http.client.HTTPException):
        return 0, ""
    finally:
        connection.close()
    return response.status, json.loads(text)["pod"] if response.status == 200 else ""


if __name__ == "__main__":
    main(*sys.argv[1:])
