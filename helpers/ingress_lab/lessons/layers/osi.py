"""One packet's facts as the rows of a table: layer, what is in this packet, which Kubernetes thing acts here."""

from ingress_lab.lessons.layers.dissecting import Facts
from ingress_lab.lessons.layers.words import words

NO_ADDRESS = "00:00:00:00:00:00"


def rows(facts: Facts, *, addresses: bool = False) -> list[dict]:
    """From layer 7 down to 1. Without `addresses` the rows read the same on every machine and every run."""
    found = {
        7: _application(facts),
        6: _presentation(facts),
        5: _session(facts),
        4: _transport(facts, addresses),
        3: _network(facts, addresses),
        2: _link(facts, addresses),
        1: words("no_signal" if _stays_here(facts) else "signal"),
    }
    return [
        {"layer": n, "name": words(str(n)), "here": said, "kubernetes": words(f"acts_{n}")} for n, said in found.items()
    ]


def _application(facts: Facts) -> str:
    if "method" in facts.http:
        return words("request", **facts.http)
    if facts.http:
        return words("answer", **facts.http)
    if facts.tls:
        return words("sealed")
    return words("other_data" if facts.is_data else "no_data")


def _presentation(facts: Facts) -> str:
    if "sni" in facts.tls:
        return words("hello", **facts.tls)
    if facts.tls:
        return words("record_message" if facts.tls.get("message") else "record", **facts.tls)
    if facts.http.get("type"):
        return words("typed", **facts.http)
    return words("plain" if facts.is_data else "no_data")


def _session(facts: Facts) -> str:
    if facts.tls.get("record") == "handshake":
        return words("tls_session")
    if not facts.is_data:
        return words("handshake")
    how = "closing" if facts.http.get("connection", "").lower() == "close" else "kept"
    return words(f"{how}_cookie" if facts.http.get("cookie") else how)


def _transport(facts: Facts, addresses: bool) -> str:
    segment = words("segment", flags=" ".join(facts.transport["flags"]))
    if addresses:
        return words("ports", segment=segment, **{k: facts.transport[k] for k in ("source", "target", "bytes")})
    return words("with_data", segment=segment) if facts.is_data else segment


def _network(facts: Facts, addresses: bool) -> str:
    return words("addresses", **facts.network) if addresses else words("packet", version=facts.network["version"])


def _link(facts: Facts, addresses: bool) -> str:
    if facts.link["source"] == facts.link["target"] == NO_ADDRESS:
        return words("loopback", carries=facts.link["carries"])
    return words("macs", **facts.link) if addresses else words("frame", carries=facts.link["carries"])


def _stays_here(facts: Facts) -> bool:
    return facts.link["source"] == facts.link["target"] or facts.network["target"].startswith("127.")


def summary(facts: Facts) -> str:
    """What one packet is for, in a few words."""
    flags = facts.transport["flags"]
    if facts.http or facts.tls:
        return _presentation(facts) if facts.tls else _application(facts)
    if facts.is_data:
        return words("other_data")
    for flag, key in (("RST", "resets"), ("FIN", "ends")):
        if flag in flags:
            return words(key)
    if "SYN" in flags:
        return words("accepts" if "ACK" in flags else "opens")
    return words("acknowledges")


def essence(rows: list[dict]) -> list[dict]:
    """The first and the last time that each side says a thing, up to the first end; once where nobody speaks between.

    It does not depend on when acknowledgements, further data and session tickets pass between two others.
    """
    heard = [row for row in _until_the_end(rows) if row["carries"] not in (words("acknowledges"), words("other_data"))]
    said = [(row["from"], row["carries"]) for row in heard]
    last = {thing: place for place, thing in enumerate(said)}
    kept = [n for n, thing in enumerate(said) if n in (said.index(thing), last[thing])]
    return [
        heard[n] for before, n in zip([None, *kept], kept, strict=False) if before is None or said[before] != said[n]
    ]


def _until_the_end(rows: list[dict]) -> list[dict]:
    ends = (words("ends"), words("resets"))
    return rows[: next((n for n, row in enumerate(rows, 1) if row["carries"] in ends), len(rows))]
