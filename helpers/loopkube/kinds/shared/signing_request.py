"""What is asked for in a PEM-encoded signing request (PKCS#10): read, and judged as a signer's.

https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/#kubernetes-signers
"""

import base64
import binascii
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.x509 import CertificateSigningRequest

CLIENT, KUBELET_CLIENT = "kubernetes.io/kube-apiserver-client", "kubernetes.io/kube-apiserver-client-kubelet"
KUBELET_SERVING = "kubernetes.io/kubelet-serving"
_PEM = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----\r?\n.*?-----END \1-----", re.DOTALL)
_ENCIPHER, _SIGN = "key encipherment", "digital signature"


def content(text: str) -> bytes:
    """What stands base64-encoded in an object."""
    try:
        return base64.b64decode(text)
    except binascii.Error:
        return b""


def read(text: str) -> "CertificateSigningRequest":
    """The request in `spec.request`, signed by its own key. Raises ValueError."""
    from cryptography import x509

    pem = _PEM.search(content(text))
    if pem is None or pem[1] != b"CERTIFICATE REQUEST":
        raise ValueError("PEM block type must be CERTIFICATE REQUEST")
    try:
        request = x509.load_pem_x509_csr(pem[0] + b"\n")
        signed = request.is_signature_valid
    except Exception as error:  # the library has many ways to say that it cannot read it
        raise ValueError(f"x509: malformed certificate request: {error}") from None
    if not signed:
        raise ValueError("x509: signature of the certificate request is not valid")
    return request


def subject(request: "CertificateSigningRequest") -> tuple[str, list[str]]:
    """(common name, organizations): the user and the groups of a client certificate."""
    from cryptography.x509 import NameOID

    names = request.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    groups = request.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    return str(names[-1].value) if names else "", [str(group.value) for group in groups]


def is_certificates(pem: bytes) -> str:
    """What is wrong with `status.certificate`, or nothing."""
    from cryptography import x509

    blocks = list(_PEM.finditer(pem))
    for block in blocks:
        if block[1] != b"CERTIFICATE":
            return f'only CERTIFICATE PEM blocks are allowed, found "{block[1].decode()}"'
        try:
            x509.load_pem_x509_certificate(block[0] + b"\n")
        except ValueError as error:
            return f"x509: malformed certificate: {error}"
    return "" if blocks else "must contain at least one CERTIFICATE PEM block"


def complaint(request: "CertificateSigningRequest", signer: str, usages: Sequence[str]) -> str:
    """Why a signer of Kubernetes would not sign it, or nothing (pkg/apis/certificates/helpers.go)."""
    if signer == CLIENT:
        return _client(usages)
    name, groups = subject(request)
    if groups != ["system:nodes"]:
        return "subject organization is not system:nodes"
    kinds = _alternatives(request)
    if signer == KUBELET_SERVING and not kinds & {"DNS", "IP"}:
        return "DNS or IP subjectAltName is required"
    forbidden = ("Email", "URI") if signer == KUBELET_SERVING else ("DNS", "Email", "IP", "URI")
    for kind in forbidden:
        if kind in kinds:
            return f"{kind} subjectAltNames are not allowed"
    purpose = "server auth" if signer == KUBELET_SERVING else "client auth"
    if set(usages) not in ({_SIGN, purpose}, {_SIGN, _ENCIPHER, purpose}):
        return f"usages did not match [{' '.join(sorted((purpose, _SIGN, _ENCIPHER)))}]"
    return "" if name.startswith("system:node:") else "subject common name does not begin with system:node:"


def _client(usages: Sequence[str]) -> str:
    for usage in usages:
        if usage not in (_SIGN, _ENCIPHER, "client auth"):
            return f"invalid usage for client certificate: {usage}"
    return "" if "client auth" in usages else "missing required usage for client certificate: client auth"


def _alternatives(request: "CertificateSigningRequest") -> set[str]:
    from cryptography import x509

    type_names: dict[type, str] = {x509.DNSName: "DNS", x509.IPAddress: "IP", x509.RFC822Name: "Email"}
    type_names[x509.UniformResourceIdentifier] = "URI"
    try:
        names = request.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return set()
    return {type_names.get(type(name), "") for name in names}
