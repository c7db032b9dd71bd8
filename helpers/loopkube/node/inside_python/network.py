"""The socket module of a Pod: the wildcard is the Pod's address, and so is the source of its connections."""

import sys

from . import names, ports, questions

_WILDCARD, _WILDCARD6 = ("", "0.0.0.0"), ("", "::", "::0")  # noqa: S104
_BIND_ADDRESS_NO_PORT = 24  # linux/in.h
IP = NAME = ""
"""The Pod's address and host name."""


def patch(module, low_ports, address, name):
    """Patch a freshly imported `socket` for the Pod of this address and host name."""
    global IP, NAME
    IP, NAME = address, name
    questions.low_ports = low_ports
    if low_ports.lowest():
        ports.patch(module, low_ports)  # first: what the others call moves the ports
    _patch_sockets(module, _finder(module))
    _patch_names(module, _finder(module))


def _finder(module):
    """The addresses (or the other name) that a name stands for, and () for what this machine's resolver is to find."""

    def find(name):
        try:
            return names.find(name)
        except names.Unknown as error:
            raise module.gaierror(*error.args) from None

    return find


def _patch_sockets(module, find):
    kind = module.socket
    bind, connect, connect_ex = kind.bind, kind.connect, kind.connect_ex

    def own(sock, address):
        """`address`, or the Pod's where it is a wildcard."""
        if type(address) is tuple and len(address) >= 2:
            if sock.family == module.AF_INET and address[0] in _WILDCARD:
                return (IP, address[1])
            if sock.family == module.AF_INET6 and address[0] in _WILDCARD6:
                # the Pod's address as seen by an IPv6 socket; it must then take IPv4 too
                sock.setsockopt(module.IPPROTO_IPV6, module.IPV6_V6ONLY, 0)
                return (f"::ffff:{IP}", *address[1:])
        return address

    def come_from_pod(sock, address):
        if sock.family != module.AF_INET or type(address) is not tuple:
            return
        host = address[0]
        if type(host) is str and (host.startswith("127.") or host == "localhost"):
            try:
                if sock.getsockname()[1] == 0:
                    if sys.platform == "linux":
                        sock.setsockopt(module.IPPROTO_IP, _BIND_ADDRESS_NO_PORT, 1)
                    bind(sock, (IP, 0))
            except OSError:
                pass  # already bound, or not an address of this system: connect as it is

    def destination(sock, address):
        """`address` with its name looked up."""
        if sock.family == module.AF_INET and type(address) is tuple and address:
            addresses = find(address[0])
            if addresses:
                return (addresses[0], *address[1:])
        return address

    def pod_bind(self, address):
        return bind(self, own(self, address))

    def pod_connect(self, address):
        address = destination(self, address)
        come_from_pod(self, address)
        return connect(self, address)

    def pod_connect_ex(self, address):
        address = destination(self, address)
        come_from_pod(self, address)
        return connect_ex(self, address)

    kind.bind, kind.connect, kind.connect_ex = pod_bind, pod_connect, pod_connect_ex


def _patch_names(module, find):
    getaddrinfo, getfqdn = module.getaddrinfo, module.getfqdn
    gethostbyname, gethostbyname_ex = module.gethostbyname, module.gethostbyname_ex
    gethostbyaddr = module.gethostbyaddr

    def pod_getaddrinfo(host, port, family=0, type=0, proto=0, flags=0):
        if host in (None, "", b"") and flags & module.AI_PASSIVE and family in (0, module.AF_INET):
            host, family = IP, module.AF_INET
        addresses = () if flags & module.AI_NUMERICHOST else find(host)
        if addresses and family in (0, module.AF_INET):
            return [entry for value in addresses for entry in getaddrinfo(value, port, family, type, proto, flags)]
        return getaddrinfo(host, port, family, type, proto, flags)

    def pod_getfqdn(name=""):
        return NAME if name.strip() in (*_WILDCARD, *_WILDCARD6, IP, NAME) else getfqdn(name)

    def pod_gethostbyname(name):
        return gethostbyname((find(name) or (name,))[0])

    def pod_gethostbyname_ex(name):
        addresses = find(name)
        return (name, [], list(addresses)) if addresses else gethostbyname_ex(name)

    def pod_gethostbyaddr(name):
        addresses = (find(name) or (name,))[0]
        known = names.name_of(addresses)
        return (known, [], [addresses]) if known else gethostbyaddr(addresses)

    module.getaddrinfo, module.getfqdn = pod_getaddrinfo, pod_getfqdn
    module.gethostbyname, module.gethostbyname_ex = pod_gethostbyname, pod_gethostbyname_ex
    module.gethostbyaddr, module.gethostname = pod_gethostbyaddr, lambda: NAME
