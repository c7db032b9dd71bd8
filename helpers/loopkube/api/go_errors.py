"""How Go's HTTP client and kube-apiserver's REST client word what goes wrong on the way to another server."""

import errno
import json
import os

import aiohttp

from loopkube.shared.status import quoted

_CODES = {
    400: "the server rejected our request for an unknown reason",
    401: "the server has asked for the client to provide credentials",
    404: "the server could not find the requested resource",
    405: "the server does not allow this method on the requested resource",
    409: "the server reported a conflict",
    410: "the server was unable to find the requested resource",
    422: "the server rejected our request due to an error in our request",
    429: "the server has received too many requests and has asked us to try again later",
    503: "the server is currently unable to handle the request",
    504: "the server was unable to return a response in the time allotted, but may still be processing the request",
}
NO_ROOTS = "unable to load root certificates: unable to parse bytes as PEM block"
_UNKNOWN_CA = (2, 18, 19, 20, 21)
_EXPIRED = (9, 10)
WRONG_NAME = (62, 64)
"""X509_V_ERR_...: of a certificate for another name, or another address."""


def posting(url: str, why: object) -> str:
    """A url.Error of Go's HTTP client."""
    return f"Post {json.dumps(url)}: {why}"


def of_client(error: Exception, address: tuple[str, int], server_name: str) -> str:
    """What ended a request; `address` is what was dialled, `server_name` the name that the certificate must be for."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return tls(error.certificate_error, None, server_name)
    if isinstance(error, aiohttp.ClientConnectorSSLError):
        return tls(error.os_error, None, server_name)
    if isinstance(error, aiohttp.ClientConnectorError):
        return dial(*address, error.os_error)
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return "EOF"
    return str(error)


def dial(host: str, port: int, error: OSError) -> str:
    """`connection refused` and its like."""
    code = error.errno if error.errno and error.errno in errno.errorcode else errno.ECONNREFUSED
    return f"dial tcp {host}:{port}: connect: {os.strerror(code).lower()}"


def tls(error: Exception, names: list[tuple[str, str]] | None, server_name: str) -> str:
    """`names`: (kind, name) of those that the certificate is for, where that is known."""
    code = getattr(error, "verify_code", 0)
    if code in _UNKNOWN_CA:
        return "tls: failed to verify certificate: x509: certificate signed by unknown authority"
    if code in _EXPIRED:
        return "tls: failed to verify certificate: x509: certificate has expired or is not yet valid"
    if code in WRONG_NAME:
        return f"tls: failed to verify certificate: x509: {_wrong_name(names or [], server_name)}"
    reason = getattr(error, "reason", "") or str(error)
    if reason == "WRONG_VERSION_NUMBER":
        return "http: server gave HTTP response to HTTPS client"
    return f"tls: {reason.lower().replace('_', ' ')}"


def _wrong_name(names: list[tuple[str, str]], server_name: str) -> str:
    """An address is compared with addresses, a name with names."""
    is_address = server_name.replace(".", "").isdigit() or ":" in server_name
    fitting = [name for kind, name in names if (kind == "IP Address") == is_address]
    if fitting:
        return f"certificate is valid for {', '.join(fitting)}, not {server_name}"
    if is_address:
        return f"cannot validate certificate for {server_name} because it doesn't contain any IP SANs"
    return f"certificate is not valid for any names, but wanted to match {server_name}"


def answered(code: int, body: bytes) -> str:
    """Of an answer that is not 200."""
    said = body.decode(errors="replace").strip() or "unknown"
    if code in _CODES:
        return _CODES[code]
    if code == 403 or code < 500:
        return said
    return f"an error on the server ({quoted(said)}) has prevented the request from succeeding"
