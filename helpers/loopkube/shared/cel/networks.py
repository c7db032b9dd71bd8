"""IP addresses, networks and URLs as values."""

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlsplit

from loopkube.shared.cel.values import EvalError, Opaque, no_overload

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class Ip(Opaque):
    address: Address
    cel_type: ClassVar[str] = "net.IP"

    def __str__(self) -> str:
        return str(self.address)


@dataclass(frozen=True)
class Cidr(Opaque):
    """A network with the address it was written with."""

    address: Address
    length: int
    cel_type: ClassVar[str] = "net.CIDR"

    def __str__(self) -> str:
        return f"{self.address}/{self.length}"

    @property
    def network(self) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
        return ipaddress.ip_network((self.address, self.length), strict=False)


@dataclass(frozen=True)
class Url(Opaque):
    parts: SplitResult
    text: str
    cel_type: ClassVar[str] = "net.URL"


def ip(text):
    """Of text, or of a network. Raises EvalError, as for an IPv4 address in IPv6 form."""
    if isinstance(text, Cidr):
        return Ip(text.address)
    return Ip(_address(_text(text)))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise no_overload()
    return value


def _address(text: str) -> Address:
    try:
        parsed = ipaddress.ip_address(text)
    except ValueError:
        why = f'ParseAddr("{text}"): unable to parse IP'
        raise EvalError(f'IP Address "{text}" parse error during conversion from string: {why}') from None
    if "%" in text:
        raise EvalError(f'IP address "{text}" with zone value is not allowed')
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        raise EvalError(f'IPv4-mapped IPv6 address "{text}" is not allowed')
    return parsed


def cidr(text):
    """Of `address/length`. Raises EvalError."""
    address, slash, length = _text(text).partition("/")
    try:
        if not slash or not length.isdigit() or (len(length) > 1 and length[0] == "0"):
            raise ValueError(text)
        parsed = ipaddress.ip_address(address)
        if int(length) > parsed.max_prefixlen:
            raise ValueError(text)
    except ValueError:
        why = f"netip.ParsePrefix(\"{text}\"): no '/'" if not slash else f'netip.ParsePrefix("{text}")'
        raise EvalError(f"network address parse error during conversion from string: {why}") from None
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        raise EvalError(f'IPv4-mapped IPv6 address "{text}" is not allowed')
    return Cidr(parsed, int(length))


def succeeds(make: Callable) -> Callable:
    """`isIP` from `ip`: whether the value can be made."""

    def test(*values):
        try:
            make(*values)
        except EvalError:
            return False
        return True

    return test


def contains_ip(network, other):
    address = other.address if isinstance(other, Ip) else _address(other)
    return address.version == network.address.version and address in network.network


def contains_cidr(network, other):
    inner = (other if isinstance(other, Cidr) else cidr(other)).network
    outer = network.network
    return inner.version == outer.version and inner.subnet_of(outer)


def url(text):
    """An absolute URL, or a path, as Go's ParseRequestURI takes it. Raises EvalError."""
    try:
        parts = urlsplit(_text(text))
        parts.port  # noqa: B018 - raises where it is none
        if not (parts.scheme and (parts.netloc or not parts.path.startswith(":"))) and not text.startswith("/"):
            raise ValueError("invalid URI for request")
        if any(char.isspace() for char in parts.netloc):
            raise ValueError("invalid character in host name")
    except ValueError as error:
        problem = f'parse "{text}": {error}'
        raise EvalError(f"URL parse error during conversion from string: {problem}") from None
    return Url(parts, text)


def _host(url: Url) -> str:
    return url.parts.netloc.rpartition("@")[2]


def _hostname(url: Url) -> str:
    host = _host(url)
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def _port(url: Url) -> str:
    return _host(url).rpartition("]")[2].partition(":")[2]


def _query(url: Url) -> dict:
    return parse_qs(url.parts.query, keep_blank_values=True)


def _global(ip: Ip) -> bool:
    address = ip.address
    last = isinstance(address, ipaddress.IPv4Address) and str(address) == "255.255.255.255"
    special = address.is_unspecified or address.is_loopback or address.is_multicast or address.is_link_local
    return not last and not special


def _link_local_multicast(ip: Ip) -> bool:
    address = ip.address
    if isinstance(address, ipaddress.IPv4Address):
        return address in ipaddress.ip_network("224.0.0.0/24")
    return address.packed[0] == 0xFF and address.packed[1] & 0x0F == 2


NETWORKS: dict[str, Callable] = {
    "ip": ip,
    "isIP": succeeds(ip),
    "ip.isCanonical": lambda text: str(_address(text)) == text,
    "family": lambda ip: ip.address.version,
    "isUnspecified": lambda ip: ip.address.is_unspecified,
    "isLoopback": lambda ip: ip.address.is_loopback,
    "isLinkLocalMulticast": _link_local_multicast,
    "isLinkLocalUnicast": lambda ip: ip.address.is_link_local,
    "isGlobalUnicast": _global,
    "cidr": cidr,
    "isCIDR": succeeds(cidr),
    "containsIP": contains_ip,
    "containsCIDR": contains_cidr,
    "prefixLength": lambda network: network.length,
    "masked": lambda network: Cidr(network.network.network_address, network.length),
    "url": url,
    "isURL": succeeds(url),
    "getScheme": lambda url: url.parts.scheme,
    "getHost": _host,
    "getHostname": _hostname,
    "getPort": _port,
    "getEscapedPath": lambda url: quote(unquote(url.parts.path), safe="/:@!$&'()*+,;=~-._"),
    "getQuery": _query,
}
