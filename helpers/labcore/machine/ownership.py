"""Whose folder the lab's state is kept in: one of another person, or one that others may change, is not used."""

import os
import pwd
import shlex
import stat
from pathlib import Path

from labcore.errors import LabError
from labcore.language.messages import phrase

ROOT = 0


class NotYours(LabError):
    """A state folder that this person should not use."""


def require_own(folder: Path) -> None:
    """Raises NotYours. A folder that is not there yet is fine, but for root in a person's own (`sudo lab up`)."""
    try:
        status = folder.stat()
    except FileNotFoundError:
        _leave_to_its_owner(folder)
        return
    except OSError as error:
        raise NotYours(
            phrase(
                "the lab's state folder {folder} cannot be opened ({error}). Use one of your own:\n"
                "  export INGRESS_LAB_HOME=$HOME/.ingress-lab",
                folder=folder,
                error=error.strerror,
            )
        ) from error
    if status.st_uid != os.geteuid():
        raise _of_another(folder, status.st_uid)
    if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise NotYours(
            phrase(
                "other users of this machine may write into the lab's state folder {folder}, and so could run "
                "programs as {owner}. Close it, or use another one:\n"
                "  chmod -R go-rwx {quoted}\n"
                "  export INGRESS_LAB_HOME=$HOME/.ingress-lab",
                folder=folder,
                quoted=shlex.quote(str(folder)),
                owner=name_of(status.st_uid),
            )
        )


def _of_another(folder: Path, owner: int) -> NotYours:
    if os.geteuid() == ROOT:
        return NotYours(
            phrase(
                "the lab's state folder {folder} belongs to {owner}, who could not remove what root writes there: "
                "run it without sudo, as {owner}",
                folder=folder,
                owner=name_of(owner),
            )
        )
    return NotYours(
        phrase(
            "the lab's state folder {folder} belongs to {owner}. Use one of your own:\n"
            "  export INGRESS_LAB_HOME=$HOME/.ingress-lab",
            folder=folder,
            owner=name_of(owner),
        )
    )


def _leave_to_its_owner(folder: Path) -> None:
    """Root may make the folder where it is at home, as in a container, and not where sudo has taken it."""
    caller = os.environ.get("SUDO_UID", "")
    if os.geteuid() != ROOT or not caller.isdecimal() or int(caller) == ROOT:
        return
    # the folder itself is not there: it would be made in the nearest one that is
    above = next((parent for parent in folder.parents if parent.exists()), folder)
    if above.stat().st_uid == int(caller):
        raise _of_another(folder, int(caller))


def name_of(user: int) -> str:
    """The name of a uid, or its number where the system does not know it."""
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return phrase("user {number}", number=user)
