"""Paths below a volumeMount: where they are on this machine. Python's own file functions are told."""

import os

PATHS = dict(line.split("\t", 1) for line in os.environ.get("LOOPKUBE_PATHS", "").split("\n") if "\t" in line)
_ROOTS = tuple(sorted(PATHS, key=len, reverse=True))
_FUNCTIONS = ("open", "stat", "lstat", "access", "listdir", "scandir", "readlink", "remove", "unlink", "mkdir", "chdir")
_KEYWORDS = ("file", "path")


def on_machine(path):
    """A path as the program gives it (text, bytes, PathLike, or a descriptor), mapped."""
    if isinstance(path, bytes):
        return os.fsencode(on_machine(os.fsdecode(path)))
    if type(path) is not str:
        if not hasattr(path, "__fspath__"):
            return path
        path = path.__fspath__()
        if type(path) is not str:
            return path
    if path.startswith(_ROOTS):
        for root in _ROOTS:
            if path == root or path.startswith(root + "/"):
                return PATHS[root] + path[len(root) :]
    return path


def _mapped(function):
    """`function` with its first argument, a path, mapped."""

    def call(*args, **kwargs):
        if args:
            return function(on_machine(args[0]), *args[1:], **kwargs)
        for name in _KEYWORDS:
            if name in kwargs:
                kwargs[name] = on_machine(kwargs[name])
        return function(**kwargs)

    call.__name__ = call.__qualname__ = function.__name__
    call.__doc__, call.__wrapped__ = function.__doc__, function
    return call


def patch():
    """Teach open() and the functions of os."""
    import builtins
    import io

    if not PATHS:
        return
    io.open = builtins.open = _mapped(open)
    for name in _FUNCTIONS:
        old = getattr(os, name)
        new = _mapped(old)
        setattr(os, name, new)
        for known in (os.supports_fd, os.supports_dir_fd, os.supports_follow_symlinks):
            if old in known:
                known.add(new)


def patch_ssl(module):
    """Teach the functions of ssl that open files themselves."""
    context = module.SSLContext
    verify, chain = context.load_verify_locations, context.load_cert_chain

    def load_verify_locations(self, cafile=None, capath=None, cadata=None):
        return verify(self, on_machine(cafile), on_machine(capath), cadata)

    def load_cert_chain(self, certfile, keyfile=None, password=None):
        return chain(self, on_machine(certfile), on_machine(keyfile), password)

    context.load_verify_locations, context.load_cert_chain = load_verify_locations, load_cert_chain
