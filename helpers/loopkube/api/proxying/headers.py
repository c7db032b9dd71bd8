"""Which headers go through a proxy: never those of one connection, nor what tells who asks."""

from multidict import CIMultiDict, CIMultiDictProxy

_OF_THE_CONNECTION = {
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
}
_OF_THE_USER = {"authorization"}
_OF_THE_USER_BEGIN = ("impersonate-", "x-remote-")
_MADE_ANEW = {"accept-encoding", "content-length", "expect"}
"""Pages come as they are, so that their links can be led back here."""


def sent(headers: CIMultiDictProxy[str], client: str, uri: str) -> CIMultiDict[str]:
    """What the Pod is sent; `uri` is the path through the proxy."""
    passed = _passed(headers, _OF_THE_USER | _MADE_ANEW)
    before = passed.get("X-Forwarded-For")
    passed["X-Forwarded-For"] = f"{before}, {client}" if before else client
    passed["X-Forwarded-Uri"] = uri
    passed["Accept-Encoding"] = "identity"
    return passed


def answered(headers: CIMultiDictProxy[str]) -> CIMultiDict[str]:
    """What the client gets."""
    return _passed(headers, set())


def _passed(headers: CIMultiDictProxy[str], dropped: set[str]) -> CIMultiDict[str]:
    named = {word.strip().lower() for value in headers.getall("Connection", ()) for word in value.split(",")}
    left_out = _OF_THE_CONNECTION | named | dropped
    kept: CIMultiDict[str] = CIMultiDict()
    for name, value in headers.items():
        if name.lower() not in left_out and not name.lower().startswith(_OF_THE_USER_BEGIN):
            kept.add(name, value)
    return kept
