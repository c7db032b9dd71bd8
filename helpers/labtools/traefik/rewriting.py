"""What `rewrite-target` makes of a path.

Source: pkg/middlewares/ingressnginx/rewritetarget/rewrite_target.go; behaviour of 3.7.15 measured: every match in the
path is replaced, not only one at its beginning, and a result with `//`, `.` or `..` in it is refused with 400.
"""

import re
from urllib.parse import urlsplit

from labtools.traefik import goregexp
from labtools.traefik.request import clean

_GROUPS = re.compile(r"\$[0-9]+")


def rewritten(escaped: str, rewrite: tuple[str, str]) -> tuple[str, int]:
    """The path that the application would see, and the status that Traefik answers with by itself (0: none)."""
    pattern_text, template = rewrite[0].strip(), rewrite[1].strip()
    if pattern_text:
        pattern = goregexp.compiled(pattern_text, ignore_case=True)
        if pattern is None or not pattern.search(escaped):
            return escaped, 0
        made = goregexp.replace_all(pattern, escaped, template)
    else:
        made = _GROUPS.sub("", template)
    if urlsplit(template).scheme:
        return made, 302
    if not made or re.search("%(?![0-9A-Fa-f]{2})", made):
        return made, 500
    return made, 0 if clean(made) == made else 400
