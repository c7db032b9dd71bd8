"""nginx, which runs in this Pod's other container: `take` writes its file and has it read again (signal HUP).

One map holds all routes as regular expressions over host and path. nginx tries them in the order of the file, so
the first that fits wins, whatever nginx's own order of hosts and paths is.
"""

import os
import signal
import time
from pathlib import Path

FILE, PID = Path("nginx.conf"), Path("nginx.pid")
TEXT = """\
pid nginx.pid;
error_log stderr;
events {}
http {
  access_log off;
  map_hash_bucket_size 1024;
  server_names_hash_bucket_size 128;
%(upstreams)s
  map "$host $uri" $upstream {
    default none;
%(routes)s
  }
  server {
    listen %(address)s:8000;
    location / {
      if ($upstream = none) { return 404; }
      if ($upstream = empty) { return 503; }
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_pass http://$upstream;
    }
  }
}
"""


def take(routes: list[tuple[str, str, str, list[str]]]) -> None:
    """Routes as (host, path, pathType, addresses of Pods); "" is every host. The first that fits answers."""
    names: dict[tuple, str] = {(): "empty"}
    lines = []
    for host, path, kind, addresses in routes:
        name = names.setdefault(tuple(addresses), f"pods_{len(names)}")
        lines.append(f'    "~^{_host(host)} {_path(path, kind)}$" {name};')
    upstreams = [
        f"  upstream {name} {{ {' '.join(f'server {address};' for address in addresses)} }}"
        for addresses, name in names.items()
        if addresses
    ]
    text = TEXT % {
        "address": os.environ.get("POD_IP", "127.0.0.1"),
        "upstreams": "\n".join(upstreams),
        "routes": "\n".join(lines),
    }
    if FILE.exists() and FILE.read_text() == text:
        return
    beside = FILE.with_suffix(".new")
    beside.write_text(text)
    beside.replace(FILE)
    _reload()


def _reload() -> None:
    """nginx may still be starting: then it reads the new file by itself, or a moment later by the signal."""
    for _ in range(50):
        try:
            os.kill(int(PID.read_text()), signal.SIGHUP)
            return
        except (OSError, ValueError):
            time.sleep(0.1)


def _host(host: str) -> str:
    """A wildcard stands for one label."""
    if not host:
        return "[^ ]*"
    return r"[^. ]+" + _quoted(host[1:]) if host.startswith("*") else _quoted(host)


def _path(path: str, kind: str) -> str:
    """A Prefix ends at a slash: /foo is no prefix of /foobar."""
    return _quoted(path) if kind == "Exact" else _quoted(path.rstrip("/")) + "(/.*)?"


def _quoted(text: str) -> str:
    """Bytes as their numbers, but for letters and digits: nothing of an Ingress can be nginx's syntax."""
    harmless = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-_~"
    return "".join(chr(byte) if byte in harmless else f"\\x{byte:02x}" for byte in text.encode())
