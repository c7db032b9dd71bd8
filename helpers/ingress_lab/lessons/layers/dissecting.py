"""What is in one packet, layer by layer, as plain values."""

from dataclasses import dataclass, field
from typing import Any

from ingress_lab.lessons.layers.packets import scapy, tls

_FLAGS = {"S": "SYN", "F": "FIN", "R": "RST", "P": "PSH", "A": "ACK"}
CHANGE_CIPHER_SPEC = 20
_RECORDS = {CHANGE_CIPHER_SPEC: "change cipher spec", 21: "alert", 22: "handshake", 23: "application data"}
_HANDSHAKES = {1: "ClientHello", 2: "ServerHello", 11: "Certificate"}


@dataclass(frozen=True)
class Facts:
    """One packet. `http` and `tls` are empty where the packet carries neither."""

    link: dict[str, Any]
    network: dict[str, Any]
    transport: dict[str, Any]
    tls: dict[str, Any] = field(default_factory=dict)
    http: dict[str, Any] = field(default_factory=dict)
    data: bytes = b""

    @property
    def is_data(self) -> bool:
        """Whether the packet carries bytes of the application, not only TCP's own flags."""
        return bool(self.data)


def facts_of(packet: Any) -> Facts:
    """Take one packet apart."""
    s = scapy()
    ether, tcp = packet[s.Ether], packet[s.TCP]
    net = packet[s.IP] if s.IP in packet else packet[s.IPv6]
    data = _payload(packet, net, tcp)
    return Facts(
        link={"source": ether.src, "target": ether.dst, "carries": "IPv4" if s.IP in packet else "IPv6"},
        network={"version": net.version, "source": net.src, "target": net.dst},
        transport={"source": tcp.sport, "target": tcp.dport, "flags": flags_of(tcp), "number": tcp.seq},
        tls=tls_of(data),
        http=_http(data),
        data=data,
    )  # fmt: skip


def flags_of(tcp: Any) -> list[str]:
    """The flags of a TCP segment (RFC 9293) that a lesson names; others are left out."""
    return [name for sign, name in _FLAGS.items() if sign in str(tcp.flags)]


def _payload(packet: Any, net: Any, tcp: Any) -> bytes:
    """The data of a segment, without the padding of short Ethernet frames."""
    total = net.plen if net.version == 6 else net.len - net.ihl * 4
    return bytes(tcp.payload)[: max(0, total - tcp.dataofs * 4)]


def _http(data: bytes) -> dict[str, Any]:
    s = scapy()
    first = data.partition(b"\r\n")[0]
    if not (first.endswith((b"HTTP/1.1", b"HTTP/1.0")) or first.startswith(b"HTTP/")):
        return {}
    message = s.HTTP(data)
    if s.HTTPRequest in message:
        request = message[s.HTTPRequest]
        return {
            "method": _text(request.Method), "target": _text(request.Path), "version": _text(request.Http_Version),
            "host": _text(request.Host), "cookie": _text(request.Cookie), "connection": _text(request.Connection),
        }  # fmt: skip
    response = message[s.HTTPResponse]
    return {
        "status": int(_text(response.Status_Code) or 0), "reason": _text(response.Reason_Phrase),
        "type": _text(response.Content_Type), "cookie": _text(response.Set_Cookie),
        "version": _text(response.Http_Version), "connection": _text(response.Connection),
    }  # fmt: skip


def _text(value: bytes | None) -> str:
    return (value or b"").decode("latin-1")


def is_tls(data: bytes) -> bool:
    """Whether a TLS record begins here."""
    return len(data) > 5 and data[0] in _RECORDS and data[1] == 3


def is_whole(data: bytes) -> bool:
    """Whether the TLS record that begins here is all there: large ones come in several segments."""
    return len(data) >= 5 + int.from_bytes(data[3:5])


def tls_of(data: bytes, *, encrypted: bool = False) -> dict[str, Any]:
    """The first TLS record; a ClientHello also tells the name that the client asks for."""
    if not is_tls(data):
        return {}
    made: dict[str, Any] = {"record": _RECORDS[data[0]]}
    if data[0] == 22:
        made["message"] = "" if encrypted else _HANDSHAKES.get(data[5], "")
        if made["message"] == "ClientHello" and is_whole(data):
            made |= _hello(data)
    return made


def _hello(data: bytes) -> dict[str, Any]:
    """The server name (SNI) and the newest version that a ClientHello offers."""
    t = tls()
    hello = t.TLS(data)
    names, versions = "", []
    for extension in hello.msg[0].ext or []:
        if isinstance(extension, t.TLS_Ext_ServerName):
            names = ", ".join(name.servername.decode() for name in extension.servernames)
        if isinstance(extension, t.TLS_Ext_SupportedVersion_CH):
            versions = list(extension.versions)
    newest = max((v for v in versions if v <= 0x0304), default=0x0303)
    return {"sni": names, "version": {0x0304: "TLS 1.3", 0x0303: "TLS 1.2"}.get(newest, "TLS")}
