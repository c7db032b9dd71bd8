"""Who a client certificate names: its common name is the user, its organizations are the groups.

The handshake has checked it against the cluster's authority; a client may leave it out.
"""

import asyncio
import hashlib
import ssl

from loopkube.api.credentials import AUTHENTICATED, User

_CREDENTIAL = "authentication.kubernetes.io/credential-id"


def user_of(transport: asyncio.BaseTransport | None) -> User | None:
    """None where the connection has brought no certificate, or one that names nobody."""
    certificate = transport.get_extra_info("peercert") if transport else None
    if not certificate:
        return None
    pairs = [pair for names in certificate.get("subject", ()) for pair in names]
    names = [value for kind, value in pairs if kind == "commonName"]
    if not names or not names[-1]:
        return None
    groups = [value for kind, value in pairs if kind == "organizationName"]
    connection: ssl.SSLObject | None = transport.get_extra_info("ssl_object") if transport else None
    der = connection.getpeercert(binary_form=True) if connection else None
    extra = {_CREDENTIAL: [f"X509SHA256={hashlib.sha256(der).hexdigest()}"]} if der else {}
    return User(names[-1], (*groups, AUTHENTICATED), extra=extra)
