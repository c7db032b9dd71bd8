"""The ports that the cluster takes on 127.0.0.1, and who has one that is taken."""

import socket


class PortTaken(Exception):
    """A port of 127.0.0.1 is in use. `process` and `pid` are known for processes of the same user."""

    def __init__(self, port: int, process: str = "", pid: int = 0) -> None:
        self.port, self.process, self.pid = port, process, pid
        who = f" by {process} (process {pid})" if pid else ""
        super().__init__(f"port {port} of 127.0.0.1 is in use{who}")


def claim_ports(*ports: int) -> None:
    """Raise PortTaken for the first port that cannot be listened on (0 means: any free one)."""
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                raise PortTaken(port, *owner(port)) from error


def owner(port: int) -> tuple[str, int]:
    """(program, pid) that listens on a TCP port, or ("", 0) where the system does not tell."""
    import psutil

    try:
        connections = psutil.net_connections("tcp")
    except psutil.AccessDenied:
        return "", 0
    for found in connections:
        if found.status == psutil.CONN_LISTEN and found.laddr and found.laddr.port == port and found.pid:
            try:
                return psutil.Process(found.pid).name(), found.pid
            except psutil.NoSuchProcess:
                break
    return "", 0
