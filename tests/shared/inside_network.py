"""A request from within the network of a cluster's own, where no program of this machine reaches its addresses."""

import subprocess
import sys

_PROGRAM = """
import ctypes, os, sys
from http.client import HTTPConnection
pid, host, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
join = ctypes.CDLL(None, use_errno=True).setns
for kind, flag in (("user", 0x10000000), ("net", 0x40000000)):
    if os.readlink(f"/proc/{pid}/ns/{kind}") != os.readlink(f"/proc/self/ns/{kind}"):
        with open(f"/proc/{pid}/ns/{kind}") as there:
            assert join(there.fileno(), flag) == 0, os.strerror(ctypes.get_errno())
asked = HTTPConnection(host, port, timeout=2)
asked.request("GET", "/")
print(asked.getresponse().status)
"""


def status(pid: int, host: str, port: int) -> int:
    """What answers there, asked from the network of that process; 0 for nobody."""
    command = [sys.executable, "-I", "-c", _PROGRAM, str(pid), host, str(port)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    return int(done.stdout or 0)
