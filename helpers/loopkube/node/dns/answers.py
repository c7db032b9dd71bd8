"""A question as it came over the network in, the answer out (RFC 1035, 2308, 6891).

dnslib reads and writes the messages. It takes a fifth of the time that dnspython takes for the same answer, and the
answers are made in the event loop that serves the whole cluster.
"""

import logging
import random
import time

from dnslib import (
    AAAA,
    CLASS,
    CNAME,
    EDNS0,
    NS,
    OPCODE,
    PTR,
    QTYPE,
    RCODE,
    RR,
    SOA,
    SRV,
    TXT,
    A,
    DNSHeader,
    DNSQuestion,
    DNSRecord,
)

from loopkube.node.dns.zone import DOMAIN, Records, Zone

log = logging.getLogger(__name__)
TTL = 30
SMALLEST, LARGEST = 512, 65535
"""Bytes of an answer over UDP to somebody who names no size, and of any answer."""
_HEADER = 12
_ALIASES = 8
_MADE = {"A": A, "AAAA": AAAA, "CNAME": CNAME, "NS": NS, "PTR": PTR, "TXT": TXT}


def answer(zone: Zone, message: bytes, *, stream: bool = False) -> bytes:
    """Empty where there is nothing to say: to what is no question."""
    if len(message) < _HEADER or message[2] & 0x80:
        return b""
    try:
        request = DNSRecord.parse(message)
    except Exception:  # whatever dnslib finds wrong with it
        return _refusal(message, RCODE.FORMERR)
    try:
        return _sized(_reply(zone, request), request, stream)
    except Exception:
        log.exception("a question to cluster DNS")
        return _refusal(message, RCODE.SERVFAIL)


def _refusal(message: bytes, code: int) -> bytes:
    identity, opcode = int.from_bytes(message[:2], "big"), message[2] >> 3 & 15
    return bytes(DNSRecord(DNSHeader(id=identity, qr=1, opcode=opcode, rcode=code)).pack())


def _reply(zone: Zone, request: DNSRecord) -> DNSRecord:
    reply = request.reply(ra=0, aa=1)
    reply.header.rcode = RCODE.NOERROR
    if request.header.opcode != OPCODE.QUERY:
        reply.header.rcode = RCODE.NOTIMP
    elif len(request.questions) != 1:
        reply.header.rcode = RCODE.FORMERR
    elif request.q.qclass != CLASS.IN or not zone.holds(_plain(request.q.qname)):
        reply.header.rcode, reply.header.aa = RCODE.REFUSED, 0
    else:
        _fill(zone, request.q, reply)
    return reply


def _fill(zone: Zone, question: DNSQuestion, reply: DNSRecord) -> None:
    """The records of a name, and where it is another name of the cluster those of that one."""
    query_type, label, name = QTYPE.get(question.qtype), question.qname, _plain(question.qname)
    for _ in range(_ALIASES):
        records = zone.records(name)
        if records is None:
            reply.header.rcode = RCODE.NXDOMAIN
            break
        matching = _of_type(records, query_type, name)
        for type, value in matching:
            reply.add_answer(_rr(label, type, value))
        alias = next((str(value) for type, value in records if type == "CNAME"), "")
        if not alias or query_type in ("CNAME", "ANY"):
            break
        if not zone.holds(alias):
            return
        name = label = alias
    for target in dict.fromkeys(rr.rdata.target for rr in reply.rr if rr.rtype == QTYPE.SRV):
        for type, value in zone.records(_plain(target)) or []:
            if type in ("A", "AAAA"):
                reply.add_ar(_rr(target, type, value))
    if not any(rr.rtype == question.qtype for rr in reply.rr) and query_type != "ANY":
        reply.add_auth(_rr(_apex(name), "SOA", None))


def _plain(label: object) -> str:
    return str(label).rstrip(".").lower()


def _apex(name: str) -> str:
    return DOMAIN if name.endswith(DOMAIN) else "127.in-addr.arpa"


def _of_type(records: Records, query_type: str, name: str) -> Records:
    """Those that were asked for; an alias answers for every type. Addresses come in another order each time."""
    if query_type == "SOA" and name == _apex(name):
        return [("SOA", None)]
    matching = [record for record in records if query_type in (record[0], "ANY") or record[0] == "CNAME"]
    if query_type in ("A", "AAAA"):
        random.shuffle(matching)
    return matching


def _rr(label: object, type: str, value: object) -> RR:
    if type == "SOA":
        times = (int(time.time()), 7200, 1800, 86400, TTL)
        data: object = SOA(f"ns.dns.{DOMAIN}", f"hostmaster.{DOMAIN}", times)
    elif type == "SRV":
        data = SRV(0, *value)  # type: ignore[misc]
    else:
        data = _MADE[type](value)
    return RR(label, getattr(QTYPE, type), rdata=data, ttl=TTL)


def _sized(reply: DNSRecord, request: DNSRecord, stream: bool) -> bytes:
    """Packed; cut to nothing but the question, and marked so, where it is longer than the asker can take."""
    offered = next((rr.rclass for rr in request.ar if rr.rtype == QTYPE.OPT), 0)
    if offered:
        reply.add_ar(EDNS0(udp_len=1232))
    most = LARGEST if stream else max(SMALLEST, offered)
    packed = bytes(reply.pack())
    if len(packed) <= most:
        return packed
    cut = reply.truncate()
    cut.add_question(*reply.questions)  # a resolver drops an answer that does not repeat its question
    if offered:
        cut.add_ar(EDNS0(udp_len=1232))
    return bytes(cut.pack())
