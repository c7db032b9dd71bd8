"""A certificate authority of the lab's own. Its key stays in memory, unless `certificate.save` is asked for."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from labcore.errors import BadArgument
from labcore.language.messages import phrase

from ingress_lab.lessons.certificates.certificate import Certificate

_BOTH_ENDS = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])


class Authority:
    """Issues certificates. `certificate` is its own: what a client has to trust."""

    def __init__(self, certificate: Certificate, now: datetime | None = None) -> None:
        self.certificate = certificate
        self._now = now

    @property
    def file(self) -> str:
        """The file that a client is given to trust this CA: `lab.client(ca=authority.file)`."""
        public = Certificate(self.certificate.content)
        return str(public.save(name=self.certificate.subject.replace(" ", "-").lower()))

    def issue(self, *names: str, days: int = 90, age: int = 0) -> Certificate:
        """A certificate for names and addresses, valid for `days`, of which `age` have passed (more: it is expired)."""
        if not names:
            raise BadArgument(phrase('for which names? authority.issue("abc.sample.com", "*.sample.com")'))
        begin = self._begin() - timedelta(days=age)
        key = ec.generate_private_key(ec.SECP256R1())
        made = (
            _builder(names[0], self.certificate.content.subject, key, begin, begin + timedelta(days=days))
            .add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(sign=False), critical=True)
            .add_extension(_BOTH_ENDS, critical=False)
        )
        return self._signed(made, key)

    def intermediate(self, name: str, days: int = 365) -> "Authority":
        """A CA below this one."""
        key = ec.generate_private_key(ec.SECP256R1())
        begin = self._begin()
        made = _authority(_builder(name, self.certificate.content.subject, key, begin, begin + timedelta(days=days)))
        return Authority(self._signed(made, key), self._now)

    def _begin(self) -> datetime:
        return (self._now or datetime.now(UTC)) - timedelta(minutes=5)  # clocks differ a little

    def _signed(self, builder: x509.CertificateBuilder, key: ec.EllipticCurvePrivateKey) -> Certificate:
        own = self.certificate
        assert own.key is not None
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(own.key.public_key())
        made = builder.add_extension(issuer, critical=False).sign(own.key, hashes.SHA256())
        is_root = own.content.issuer == own.content.subject
        above = () if is_root else (own.content, *own.above)
        return Certificate(made, key, above, own.content if is_root else own.root)

    def __repr__(self) -> str:
        return f"Authority({self.certificate.subject})"


def authority(name: str = "Ingress Lab CA", days: int = 365, *, now: datetime | None = None) -> Authority:
    """A new CA that signs itself; nobody trusts it until told to. `now`: another time than the clock's."""
    key = ec.generate_private_key(ec.SECP256R1())
    begin = (now or datetime.now(UTC)) - timedelta(minutes=5)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = _authority(_builder(name, subject, key, begin, begin + timedelta(days=days)))
    signed = made.sign(key, hashes.SHA256())
    return Authority(Certificate(signed, key, (), signed), now)


def _builder(
    name: str, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, begin: datetime, end: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])]))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _authority(builder: x509.CertificateBuilder) -> x509.CertificateBuilder:
    return builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).add_extension(
        _usage(sign=True), critical=True
    )


def _usage(*, sign: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=sign, crl_sign=sign, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)
