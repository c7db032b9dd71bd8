"""How this server shows others who asks: a client certificate of an authority made for this alone, and headers.

The authority lives as long as the process; others read it in the ConfigMap `extension-apiserver-authentication`.
"""

import base64
import json
import ssl
import tempfile
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from multidict import CIMultiDict

from loopkube.api import certificates, issued_certificates
from loopkube.api.credentials import User

NAME = "front-proxy-client"
KEPT = 64


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
        self._contexts: dict[tuple[bool, str], ssl.SSLContext] = {}
        self._pair = issued_certificates.signed(authority, request, usages, None, now).encode()
        self._pair += key.private_bytes(*form)

    def context(self, spec: dict) -> ssl.SSLContext:
        """What an APIService's server is dialled with. Raises ValueError for a caBundle that is none."""
        key = (bool(spec.get("insecureSkipTLSVerify")), spec.get("caBundle") or "")
        if key not in self._contexts:
            if len(self._contexts) >= KEPT:
                self._contexts.clear()
            self._contexts[key] = self._made(*key)
        return self._contexts[key]

    def _made(self, insecure: bool, ca_bundle: str) -> ssl.SSLContext:
        if insecure:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        else:
            bundle = base64.b64decode(ca_bundle).decode() or None
            try:
                context = ssl.create_default_context(cadata=bundle)
            except ssl.SSLError as error:
                raise ValueError(f"caBundle: {error}") from None
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
