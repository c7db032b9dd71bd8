"""The names that a certificate is for."""

from fnmatch import fnmatch


def is_for(certificate: object, host: str) -> bool:
    """Whether this certificate (DER, as a connection has it) names the host; a wildcard stands for one label."""
    if not isinstance(certificate, bytes):
        return False
    from cryptography import x509

    try:
        names = (
            x509.load_der_x509_certificate(certificate).extensions.get_extension_for_class(x509.SubjectAlternativeName)
        ).value.get_values_for_type(x509.DNSName)
    except x509.ExtensionNotFound:
        return False
    return any(fnmatch(host, name) and host.count(".") == name.count(".") for name in names)
