"""Why an API cannot be reached, in a few words; the library's own name classes and objects of Python."""

import re

from labcore.language.messages import phrase

_WORDS = (
    (r"refused", phrase("the connection is refused")),
    (r"CERTIFICATE|certificate", phrase("its certificate is not the one that the kubeconfig trusts")),
    (r"SSL|TLS", phrase("it does not speak TLS as expected")),
    (r"timed out|Timeout", phrase("no answer in time")),
    (r"NameResolution|Name or service|name resolution|getaddrinfo", phrase("its name is not known here")),
    (r"unreachable|No route", phrase("no way leads to its network")),
    (r"reset|aborted|closed|Remote end|IncompleteRead", phrase("the connection broke off")),
)


def reason(error: Exception) -> str:
    """For an error of urllib3."""
    said = f"{type(error).__name__} {error}"
    return next((cause for sign, cause in _WORDS if re.search(sign, said)), phrase("the request failed"))
