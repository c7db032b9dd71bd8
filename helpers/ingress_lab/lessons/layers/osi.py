"""One packet's facts as the rows of a table: layer, what is in this packet, which Kubernetes thing acts here."""

from labcore.language.messages import phrase

from ingress_lab.lessons.layers.dissecting import Facts

NO_ADDRESS = "00:00:00:00:00:00"
ENDS, RESETS = phrase("ends its side"), phrase("breaks the connection off")
LAYERS = {  # number -> its name, and who acts there
    7: (phrase("Application"), phrase("Ingress: host and path choose the Service; affinity by a cookie")),
    6: (phrase("Presentation"), phrase("Secret kubernetes.io/tls: the ingress controller ends TLS with it")),
    5: (phrase("Session"), phrase("nothing of Kubernetes")),
    4: (phrase("Transport"), phrase("Service: addresses and ports, never a URL; affinity by ClientIP")),
    3: (phrase("Network"), phrase("Pod and node addresses (CNI), NetworkPolicy")),
    2: (phrase("Data link"), phrase("CNI: bridges and virtual cables between Pods and node")),
    1: (phrase("Physical"), phrase("the node's network card")),
}


def rows(facts: Facts) -> list[dict]:
    """From layer 7 down to 1, without what differs between machines and runs: addresses, ports, sizes."""
    by_layer = {
        7: _application(facts),
        6: _presentation(facts),
        5: _session(facts),
        4: _transport(facts),
        3: phrase("IPv{version} packet, for TCP", version=facts.network["version"]),
        2: _link(facts),
        1: phrase("no signal: this packet does not leave the machine")
        if _stays_here(facts)
        else phrase("signals of whatever medium this machine is connected by"),
    }
    return [
        {"layer": n, "name": LAYERS[n][0], "here": said, "kubernetes": LAYERS[n][1]} for n, said in by_layer.items()
    ]


def _application(facts: Facts) -> str:
    if "method" in facts.http:
        said = phrase("HTTP: {method} {target}, Host: {host}", **facts.http)
        return phrase("{said}, with a cookie", said=said) if facts.http["cookie"] else said
    if facts.http:
        return phrase("HTTP: {status} {reason}", **facts.http)
    if facts.tls:
        return phrase("HTTP, but encrypted: it cannot be read here")
    return phrase("more data") if facts.is_data else phrase("nothing yet: this packet carries no data")


def _presentation(facts: Facts) -> str:
    if "sni" in facts.tls:
        return phrase("{version} ClientHello, for the name {sni}", **facts.tls)
    if facts.tls:
        return (
            phrase("TLS: {message}", **facts.tls) if facts.tls.get("message") else phrase("TLS: {record}", **facts.tls)
        )
    if facts.http.get("type"):
        return phrase("{type}, not encrypted", **facts.http)
    return phrase("text, not encrypted") if facts.is_data else phrase("nothing yet: this packet carries no data")


def _session(facts: Facts) -> str:
    if facts.tls.get("record") == "handshake":
        return phrase("a TLS session begins")
    return phrase("no part of its own: TCP keeps the connection, HTTP the rest")


def _transport(facts: Facts) -> str:
    segment = phrase("TCP segment: {flags}", flags=" ".join(facts.transport["flags"]))
    return phrase("{segment}, with data", segment=segment) if facts.is_data else segment


def _link(facts: Facts) -> str:
    if facts.link["source"] == facts.link["target"] == NO_ADDRESS:
        return phrase(
            "Ethernet frame, for {carries}; loopback has no hardware addresses", carries=facts.link["carries"]
        )
    return phrase("Ethernet frame, for {carries}", carries=facts.link["carries"])


def _stays_here(facts: Facts) -> bool:
    return facts.link["source"] == facts.link["target"] or facts.network["target"].startswith("127.")


def summary(facts: Facts) -> str:
    """What one packet is for, in a few words."""
    flags = facts.transport["flags"]
    if facts.http or facts.tls:
        return _presentation(facts) if facts.tls else _application(facts)
    if facts.is_data:
        return phrase("more data")
    if "RST" in flags:
        return RESETS
    if "FIN" in flags:
        return ENDS
    if "SYN" in flags:
        return phrase("accepts it") if "ACK" in flags else phrase("wants to open the connection")
    return phrase("acknowledges")


def essence(rows: list[dict]) -> list[dict]:
    """The first and the last time that each side says a thing, up to the first end; once where nobody speaks between.

    It does not depend on when acknowledgements, further data and session tickets pass between two others.
    """
    heard = [row for row in _until_the_end(rows) if row["carries"] not in (phrase("acknowledges"), phrase("more data"))]
    said = [(row["from"], row["carries"]) for row in heard]
    last = {thing: index for index, thing in enumerate(said)}
    kept = [n for n, thing in enumerate(said) if n in (said.index(thing), last[thing])]
    return [
        heard[n] for before, n in zip([None, *kept], kept, strict=False) if before is None or said[before] != said[n]
    ]


def _until_the_end(rows: list[dict]) -> list[dict]:
    return rows[: next((n for n, row in enumerate(rows, 1) if row["carries"] in (ENDS, RESETS)), len(rows))]
