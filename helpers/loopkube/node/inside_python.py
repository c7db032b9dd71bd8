"""Runs at the start of every Python of a Pod (python_image.py): gives the program its Pod's address, name and files.

A program in a container may bind the wildcard, ask for its host name and open mounted files by their paths.
Here ten Pods share one network and one file system, so: a wildcard becomes the Pod's address, connections to
127.x.y.z come from it, and paths below a volumeMount lead to the volume's folder. Modules are patched when the
program imports them, so that nothing is imported for nothing.
"""

import os
import sys

_WILDCARD, _WILDCARD6 = ("", "0.0.0.0"), ("", "::", "::0")  # noqa: S104
_IP, _, _NAME = os.environ.get("LOOPKUBE_POD", "").partition(" ")
_PATHS = dict(line.split("\t", 1) for line in os.environ.get("LOOPKUBE_PATHS", "").split("\n") if "\t" in line)
_ROOTS = tuple(sorted(_PATHS, key=len, reverse=True))
_BIND_ADDRESS_NO_PORT = 24


def _place(path):
    """Where a path of the container is on this machine."""
    if type(path) is not str:
        if isinstance(path, bytes):
            return os.fsencode(_place(os.fsdecode(path)))
        if not hasattr(path, "__fspath__"):
            return path
        path = path.__fspath__()
        if type(path) is not str:
            return path
    if path.startswith(_ROOTS):
        for root in _ROOTS:
            if path == root or path.startswith(root + "/"):
                return _PATHS[root] + path[len(root) :]
    return path


def _mapped(function):
    """`function` with its first argument, a path, mapped."""

    def call(path=".", *args, **kwargs):
        return function(_place(path), *args, **kwargs)

    call.__name__ = call.__qualname__ = getattr(function, "__name__", "call")
    call.__doc__, call.__wrapped__ = function.__doc__, function
    return call


def _map_files():
    import builtins
    import io

    io.open = builtins.open = _mapped(open)
    for name in (
        "open",
        "stat",
        "lstat",
        "access",
        "listdir",
        "scandir",
        "readlink",
        "remove",
        "unlink",
        "mkdir",
        "chdir",
    ):
        old = getattr(os, name)
        new = _mapped(old)
        setattr(os, name, new)
        for known in (os.supports_fd, os.supports_dir_fd, os.supports_follow_symlinks):
            if old in known:
                known.add(new)
    if _PATHS and sys.path and sys.argv[:1] != ["-c"]:
        sys.path[:] = [_place(p) for p in sys.path]


def _name_host():
    uname = os.uname

    def named():
        real = uname()
        return type(real)((real.sysname, _NAME, real.release, real.version, real.machine))

    os.uname = named


def _patch_socket(module):
    kind = module.socket
    bind, connect, connect_ex = kind.bind, kind.connect, kind.connect_ex
    getaddrinfo, getfqdn, gethostbyname = module.getaddrinfo, module.getfqdn, module.gethostbyname

    def own(sock, address):
        """`address`, or the Pod's where it is a wildcard."""
        if type(address) is tuple and len(address) >= 2:
            if sock.family == module.AF_INET and address[0] in _WILDCARD:
                return (_IP, address[1])
            if sock.family == module.AF_INET6 and address[0] in _WILDCARD6:
                # the Pod's address as seen by an IPv6 socket; it must then take IPv4 too
                sock.setsockopt(module.IPPROTO_IPV6, module.IPV6_V6ONLY, 0)
                return (f"::ffff:{_IP}", *address[1:])
        return address

    def come_from_pod(sock, address):
        if sock.family != module.AF_INET or type(address) is not tuple:
            return
        host = address[0]
        if type(host) is str and (host.startswith("127.") or host in ("localhost", _NAME)):
            try:
                if sock.getsockname()[1] == 0:
                    if sys.platform == "linux":
                        sock.setsockopt(module.IPPROTO_IP, _BIND_ADDRESS_NO_PORT, 1)
                    bind(sock, (_IP, 0))
            except OSError:
                pass  # already bound, or not an address of this system: connect as it is

    def pod_bind(self, address):
        return bind(self, own(self, address))

    def pod_connect(self, address):
        come_from_pod(self, address)
        return connect(self, address)

    def pod_connect_ex(self, address):
        come_from_pod(self, address)
        return connect_ex(self, address)

    def pod_getaddrinfo(host, port, family=0, type=0, proto=0, flags=0):
        if host in (_NAME, _NAME.encode()):
            host = _IP
        elif host in (None, "", b"") and flags & module.AI_PASSIVE and family in (0, module.AF_INET):
            host, family = _IP, module.AF_INET
        return getaddrinfo(host, port, family, type, proto, flags)

    def pod_getfqdn(name=""):
        return _NAME if name.strip() in (*_WILDCARD, *_WILDCARD6, _IP, _NAME) else getfqdn(name)

    kind.bind, kind.connect, kind.connect_ex = pod_bind, pod_connect, pod_connect_ex
    module.getaddrinfo, module.getfqdn = pod_getaddrinfo, pod_getfqdn
    module.gethostname = lambda: _NAME
    module.gethostbyname = lambda name: _IP if name == _NAME else gethostbyname(name)


def _patch_ssl(module):
    context = module.SSLContext
    verify, chain = context.load_verify_locations, context.load_cert_chain

    def load_verify_locations(self, cafile=None, capath=None, cadata=None):
        return verify(self, _place(cafile), _place(capath), cadata)

    def load_cert_chain(self, certfile, keyfile=None, password=None):
        return chain(self, _place(certfile), _place(keyfile), password)

    context.load_verify_locations, context.load_cert_chain = load_verify_locations, load_cert_chain


class _Patcher:
    """Finds a module as usual, and patches it once it is loaded."""

    def __init__(self, patches):
        self._patches = patches

    def find_spec(self, name, path=None, target=None):
        patch = self._patches.pop(name, None)
        if patch is None:
            return None
        import importlib.util

        spec = importlib.util.find_spec(name)
        run = spec.loader.exec_module

        def exec_module(module):
            run(module)
            patch(module)

        spec.loader.exec_module = exec_module
        return spec


def _install():
    if _PATHS:
        _map_files()
    _name_host()
    patches = {"socket": _patch_socket, "ssl": _patch_ssl}
    for name, patch in list(patches.items()):
        if name in sys.modules:
            patch(sys.modules[name])
            del patches[name]
    sys.meta_path.insert(0, _Patcher(patches))


if _IP and _NAME:
    _install()
