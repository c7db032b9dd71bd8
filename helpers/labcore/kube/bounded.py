"""What an API server answers, within bounds: of a size and a time that an answer can have, of the shape of an object.

A context may lead to a server that is none of Kubernetes', or means no good.
"""

import io
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from labcore.errors import NoCluster
from labcore.kube import heads, shapes
from labcore.language.messages import phrase

LARGEST = 64 << 20  # bytes: a list of 5,000 large objects has about 50 MB
LONGEST = 60.0  # seconds for a whole answer


class Pool:
    """Stands before a `urllib3.PoolManager`: follows no redirect, so no token leaves; reads a bounded answer."""

    def __init__(self, pool: Any, where: str, longest: float = LONGEST) -> None:
        self._pool, self._where, self._longest = pool, where, longest
        heads.bound(pool, longest)

    def request(self, method: str, url: str, **how: Any) -> Any:
        """As urllib3's, but without redirects, and reading no more of an answer than its bound."""
        preload = how.pop("preload_content", True)
        try:
            answer = self._pool.request(method, url, **{**how, "preload_content": False, "redirect": False})
        except heads.Endless as error:
            raise odd(self._where, phrase("its answer does not end")) from error
        if 300 <= answer.status < 400:
            answer.close()
            raise odd(
                self._where, phrase("it leads elsewhere: {place}", place=answer.headers.get("Location", "")[:200])
            )
        return answer if _streams(url) and answer.status == 200 else self._read(answer, preload)

    def clear(self) -> None:
        """Closes the connections that wait for the next request."""
        self._pool.clear()

    def _read(self, answer: Any, preload: bool) -> Any:
        from urllib3 import HTTPResponse

        data, end = bytearray(), time.monotonic() + self._longest
        while chunk := answer.read1(1 << 16) if hasattr(answer, "read1") else answer.read(1 << 10):
            data += chunk
            if len(data) > LARGEST or time.monotonic() > end:
                answer.close()
                raise odd(self._where, phrase("its answer does not end"))
        answer.release_conn()
        return HTTPResponse(
            io.BytesIO(bytes(data)), answer.headers, answer.status, reason=answer.reason, preload_content=preload,
            decode_content=False,
        )  # fmt: skip


def _streams(url: str) -> bool:
    """A watch, or a log that is followed: whoever asks for it ends it."""
    asked = parse_qs(urlsplit(url).query)
    return any(value.lower() in ("true", "1") for key in ("watch", "follow") for value in asked.get(key, []))


def lines(answer: Any, where: str) -> Iterator[bytes]:
    """The lines of a watch as they arrive: there may be many, but none has more than an object can have."""
    rest = bytearray()
    while chunk := answer.read1(1 << 16, decode_content=False):
        begin, end, more = chunk.rpartition(b"\n")
        if end:
            yield from (line for line in bytes(rest + begin).split(b"\n") if line.strip())
            rest = bytearray()
        rest += more
        if len(rest) > LARGEST:
            raise odd(where, phrase("its answer does not end"))


def odd(where: str, why: str) -> NoCluster:
    """The error for an answer that no API server gives."""
    return NoCluster(phrase("{where} does not answer as a Kubernetes API does: {why}", where=where, why=why))


def checked_fields(where: str, answer: Any, plural: str = "") -> dict:
    """An answer that is a mapping: its fields, where the lab looks at them, are of Kubernetes' types."""
    if not isinstance(answer, dict):
        raise odd(where, phrase("an object is expected, and something else came"))
    field = shapes.wrong_field(answer, "statuses" if answer.get("kind") == "Status" else plural)
    if field:
        title = _title(answer, plural)
        raise odd(where, phrase("in {object}, {field} is not there or of a wrong type", object=title, field=field))
    return answer


def checked_object(where: str, answer: Any, plural: str = "") -> dict:
    """One object: it has metadata. A field that is null is left out."""
    if not isinstance(checked_fields(where, answer, plural).get("metadata"), dict):
        raise odd(where, phrase("an object came without the fields that it has to have"))
    return {name: value for name, value in answer.items() if value is not None}


def checked_list(where: str, answer: Any, plural: str = "") -> dict:
    """A list: metadata, and items that are objects with names."""
    if not isinstance(answer, dict) or not isinstance(answer.get("metadata"), dict):
        raise odd(where, phrase("a list is expected, and something else came"))
    told = answer.get("items") or []
    if not isinstance(told, list):
        raise odd(where, phrase("a list is expected, and something else came"))
    items = [checked_object(where, item, plural) for item in told]
    if not all(item["metadata"].get("name") for item in items):
        raise odd(where, phrase("an object came without the fields that it has to have"))
    return answer | {"items": items}


def _title(obj: dict, plural: str) -> str:
    """`pods NAMESPACE/NAME`, as far as it says its name."""
    meta = obj.get("metadata")
    named = meta if isinstance(meta, dict) else {}
    names = [str(named[key])[:253] for key in ("namespace", "name") if named.get(key)]
    return " ".join(filter(None, [plural, "/".join(names)])) or phrase("an object")
