"""Runs at the start of every Python of a Pod: gives the program its Pod's address, name and files.

A program in a container may bind the wildcard, ask for its host name, open mounted files by their paths and
look up Services by name. Here ten Pods share one network and one file system, so: a wildcard becomes the Pod's
address, connections to 127.x.y.z come from it, paths below a volumeMount lead to the volume's folder, and names
of Services are found in a file that the node agent keeps. `python_image.py` copies this folder into the image.

Modules are patched when the program imports them, so that a program that needs none of this starts in no time.
Nothing of loopkube is imported here.
"""

import os
import sys

IP, _, NAME = os.environ.get("LOOPKUBE_POD", "").partition(" ")
"""The Pod's address and host name; empty where this is not a Pod's Python."""


def _patch_socket(module):
    from . import low_ports, network  # type: ignore[attr-defined]  # low_ports.py is laid beside it

    network.patch(module, low_ports, IP, NAME)


def _patch_ssl(module):
    from . import files

    files.patch_ssl(module)


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


def _name_host():
    uname = os.uname

    def named():
        real = uname()
        return type(real)((real.sysname, NAME, real.release, real.version, real.machine))

    os.uname = named


def install():
    """Make this interpreter a Pod's."""
    from . import files

    files.patch()
    _name_host()
    patches = {"socket": _patch_socket, "ssl": _patch_ssl}
    for name in [name for name in patches if name in sys.modules]:
        patches.pop(name)(sys.modules[name])
    sys.meta_path.insert(0, _Patcher(patches))


if IP and NAME:
    install()
