"""Every sentence of the tables about layers, in one place."""

from labcore.language.messages import Phrase

ENGLISH = {
    # headings
    "layer": "layer",
    "name": "name",
    "here": "what is in this packet",
    "kubernetes": "which Kubernetes thing acts here",
    "number": "packet",
    "from": "from",
    "flags": "TCP flags",
    "carries": "carries",
    "osi_title": "by OSI layer",
    "packets_title": "packets",
    # layers
    "7": "Application",
    "6": "Presentation",
    "5": "Session",
    "4": "Transport",
    "3": "Network",
    "2": "Data link",
    "1": "Physical",
    # who acts
    "acts_7": "Ingress: host and path choose the Service",
    "acts_6": "Secret kubernetes.io/tls: the ingress controller decrypts here",
    "acts_5": "session affinity: a cookie at the Ingress, ClientIP at the Service",
    "acts_4": "Service: addresses and ports, never a URL",
    "acts_3": "Pod and node addresses (CNI), NetworkPolicy",
    "acts_2": "CNI: bridges and virtual cables between Pods and node",
    "acts_1": "the node's network card",
    # what is there
    "request": "HTTP: {method} {target}, Host: {host}",
    "answer": "HTTP: {status} {reason}",
    "sealed": "HTTP, but encrypted: it cannot be read here",
    "no_data": "nothing yet: this packet carries no data",
    "other_data": "more data",
    "plain": "text, not encrypted",
    "typed": "{type}, not encrypted",
    "hello": "{version} ClientHello, for the name {sni}",
    "record": "TLS: {record}",
    "record_message": "TLS: {message}",
    "kept": "the connection may be used again; no cookie",
    "closing": "the connection ends after this exchange; no cookie",
    "kept_cookie": "the connection may be used again; a cookie",
    "closing_cookie": "the connection ends after this exchange; a cookie",
    "handshake": "the connection is being made or ended",
    "tls_session": "a TLS session begins",
    "segment": "TCP segment: {flags}",
    "with_data": "{segment}, with data",
    "ports": "{segment}, port {source} to {target}, {bytes} bytes",
    "packet": "IPv{version} packet, for TCP",
    "addresses": "IPv{version} packet, {source} to {target}, TTL {ttl}",
    "frame": "Ethernet frame, for {carries}",
    "loopback": "Ethernet frame, for {carries}; loopback has no hardware addresses",
    "macs": "Ethernet frame, {source} to {target}, for {carries}",
    "no_signal": "no signal: this packet does not leave the machine",
    "signal": "signals of whatever medium this machine is connected by",
    # packets
    "client": "client",
    "entry": "entry",
    "opens": "wants to open the connection",
    "accepts": "accepts it",
    "acknowledges": "acknowledges",
    "ends": "ends its side",
    "resets": "breaks the connection off",
    # how
    "live": "captured on this machine's network interface",
    "recorded": "recorded by a proxy of the lab: the data is as it was sent, the headers of layers 2 to 4 are rebuilt",
}


def words(key: str, **values: object) -> str:
    """The words for `key`, with the values filled in."""
    return Phrase(ENGLISH[key], values)
