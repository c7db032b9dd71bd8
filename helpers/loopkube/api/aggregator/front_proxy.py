"""How this server shows others who asks: a client certificate of an authority made for this alone, and headers.

The authority lives as long as the process; others read it in the ConfigMap `extension-apiserver-authentication`.
"""

import json
import ssl
import tempfile
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from multidict import CIMultiDict

from loopkube.api import certificates, issued_certificates, trust
from loopkube.api.credentials import User

NAME = "front-proxy-client"


class FrontProxy:
    def __init__(self, now: datetime) -> None:
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ec

        authority, key = certificates.authority(now), ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
        request = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
        form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        usages = ("digital signature", "client auth")
        self.ca = authority["ca.crt"]
        self._contexts = trust.Contexts(self._made)
        self._pair = issued_certificates.signed(authority, request, usages, None, now).encode()
        self._pair += key.private_bytes(*form)

    async def context(self, spec: dict) -> ssl.SSLContext:
        """What an APIService's server is dialled with. Raises ValueError or ssl.SSLError for a caBundle that is
        none."""
        return await self._contexts.of(bool(spec.get("insecureSkipTLSVerify")), spec.get("caBundle") or "")

    def _made(self, insecure: bool, ca_bundle: str) -> ssl.SSLContext:
        if insecure:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        else:
            context = trust.made(ca_bundle)
        with tempfile.NamedTemporaryFile() as file:  # private to this user, and gone once it is read
            Path(file.name).write_bytes(self._pair)
            context.load_cert_chain(file.name)
        return context

    def settings(self, client_ca: str) -> dict[str, str]:
        """What other servers read: whom to believe, and in which headers."""
        headers = {"username": "X-Remote-User", "uid": "X-Remote-Uid", "group": "X-Remote-Group"}
        return {
            "client-ca-file": client_ca,
            "requestheader-allowed-names": json.dumps([NAME]),
            "requestheader-client-ca-file": self.ca,
            "requestheader-extra-headers-prefix": json.dumps(["X-Remote-Extra-"]),
        } | {f"requestheader-{what}-headers": json.dumps([header]) for what, header in headers.items()}


def tell(headers: CIMultiDict[str], user: User) -> None:
    """Adds who asks."""
    headers["X-Remote-User"] = user.name
    if user.uid:
        headers["X-Remote-Uid"] = user.uid
    for group in user.groups:
        headers.add("X-Remote-Group", group)
    for key, values in user.extra.items():
        for value in values:
            headers.add(f"X-Remote-Extra-{quote(key, safe='')}", value)
