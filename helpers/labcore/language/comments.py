"""Comments of manifests in the reader's language.

A file has each comment once, in English, as it is applied and as others read it. Where a notebook shows the file, the
comment is shown as the catalogue has it; `make messages` collects those that the notebooks show.
"""

import re

from labcore.language.messages import stored

COMMENT = re.compile(r"(?P<before>^|[ \t<>])# (?P<words>\S.*)", re.MULTILINE)


def commented(text: str) -> str:
    """YAML, or lines of it, with the comments that the catalogue knows."""
    return COMMENT.sub(lambda found: f"{found['before']}# {stored(found['words'])}", text)
