"""`tar` of a Pod's Python: what `kubectl cp` asks for, with names as they are inside the container.

Mount paths come translated to folders of this machine, and are named in the archive as the container knows them.
Where a container has no place of its own nothing is written: it would be written into this machine.
"""

import os
import sys
import tarfile
import tempfile

from . import files

_ROOT = os.environ.get("HOME", "")


def named(path):
    """The name of a file in the container, without the first slash."""
    for inside, outside in sorted(files.PATHS.items(), key=lambda pair: len(pair[1]), reverse=True):
        # a mount of this machine's own root leaves a path with two slashes, which no path of the container has
        below = "//" if outside == "/" else outside.rstrip("/") + "/"
        if path == outside or path.startswith(below):
            path = f"{inside}/{path[len(below) :]}"
            break
    return path.strip("/")


def may_write(folder):
    """Whether a folder is the container's: below its root, a volume, or for temporary files.

    A container with mounts of its own has no paths to translate, and cannot write into this machine's folders.
    """
    if not files.PATHS:
        return True
    real = os.path.realpath(folder)
    own = [_ROOT, tempfile.gettempdir(), *files.PATHS.values()]
    return any(real == root or real.startswith(root + "/") for root in map(os.path.realpath, own) if root != "/")


def read_options(arguments):
    """(create or extract, archive, folder, paths) of a command line such as `cf - PATH` or `-xmf - -C FOLDER`."""
    mode, archive, folder, paths, arguments = "", "-", ".", [], list(arguments)
    if arguments and not arguments[0].startswith("-"):
        arguments[0] = "-" + arguments[0]
    while arguments:
        word = arguments.pop(0)
        if word in ("-C", "--directory"):
            folder = arguments.pop(0)
        elif word.startswith("-") and not word.startswith("--") and len(word) > 1:
            mode = next((letter for letter in word if letter in "cxt"), mode)
            archive = arguments.pop(0) if "f" in word else archive
        elif not word.startswith("--"):
            paths.append(word)
    return mode, archive, folder, paths


def create(archive, paths):
    """The exit code: 0, or 2 where a file could not be read, as tar's."""
    code = 0
    with tarfile.open(fileobj=sys.stdout.buffer, mode="w|") if archive == "-" else tarfile.open(archive, "w") as made:
        for path in paths:
            if path.startswith("/"):
                print("tar: Removing leading `/' from member names", file=sys.stderr)
            try:
                made.add(path, named(path))
            except OSError as error:
                print(f"tar: {named(path)}: Cannot stat: {error.strerror}", file=sys.stderr)
                code = 2
    return code


def extract(archive, folder):
    """The exit code: 0, or 2 where something could not be written; nothing outside of `folder` is touched."""
    if not may_write(folder):
        why = "not a folder of this container: copy into a volume, into /tmp, or to a path without a leading /"
        print(f"tar: {folder}: Cannot open: {why}", file=sys.stderr)
        return 2
    code = 0
    with tarfile.open(fileobj=sys.stdin.buffer, mode="r|*") if archive == "-" else tarfile.open(archive) as given:
        for member in given:
            if hasattr(tarfile, "data_filter"):
                given.extract(member, folder, filter="data")
            elif is_plain(member, folder):  # Python before 3.11.4 has no filters
                given.extract(member, folder, set_attrs=False)
            else:
                print(f"tar: {member.name}: Cannot extract: not a file or folder below {folder}", file=sys.stderr)
                code = 2
    return code


def is_plain(member, folder):
    """Whether it is a file or folder that stays below `folder`; a link may lead out of it."""
    target, root = os.path.realpath(f"{folder}/{member.name}"), os.path.realpath(folder)
    return (member.isfile() or member.isdir()) and (target == root or target.startswith(f"{root}/"))


def main(*arguments):
    """The exit code."""
    mode, archive, folder, paths = read_options(arguments)
    try:
        if mode == "c":
            os.chdir(folder)
            return create(archive, paths)
        if mode == "x":
            return extract(archive, folder)
    except (OSError, tarfile.TarError) as error:
        print(f"tar: {error}", file=sys.stderr)
        return 2
    print("tar: this tar creates (c) and extracts (x) only", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
