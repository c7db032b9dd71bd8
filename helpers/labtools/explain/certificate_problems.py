"""What can be wrong with the certificate of a URL, in words."""

from typing import NamedTuple

from labcore.language.messages import phrase

NOT_NAMED, NOT_THERE, NO_PAIR, UNREADABLE, OTHER_KEY, OTHER_NAMES, EXPIRED, TOO_EARLY, NOT_SHOWN = (
    "not named", "not there", "no pair", "unreadable", "other key", "other names", "expired", "too early", "not shown",
)  # fmt: skip


class Problem(NamedTuple):
    """`short` stands in the table of links; `why` and `fix` are sentences. They lack values: see `filled`."""

    short: str
    why: str
    fix: str


PROBLEMS = {
    NOT_NAMED: Problem(
        phrase("no Ingress names one for {host}"),
        phrase("No Ingress names a certificate for {host}, so the controller shows one of its own: {shown}."),
        phrase("name a Secret of type kubernetes.io/tls under spec.tls of the Ingress for {host}"),
    ),
    NOT_THERE: Problem(
        phrase("no Secret {secret}"),
        phrase(
            "Ingress {ingress} names the Secret {secret}, and namespace {namespace} has none of that name; so the "
            "controller shows {shown}."
        ),
        phrase("kubectl -n {namespace} create secret tls {secret} --cert=FILE --key=FILE"),
    ),
    NO_PAIR: Problem(
        phrase("Secret {secret} lacks tls.crt or tls.key"),
        phrase("Secret {secret} has no tls.crt, or no tls.key; so the controller shows {shown}."),
        phrase("make it anew: kubectl -n {namespace} create secret tls {secret} --cert=FILE --key=FILE"),
    ),
    UNREADABLE: Problem(
        phrase("the certificate in Secret {secret} cannot be read"),
        phrase("Secret {secret} holds no certificate in PEM; so the controller shows {shown}."),
        phrase("make it anew: kubectl -n {namespace} create secret tls {secret} --cert=FILE --key=FILE"),
    ),
    OTHER_KEY: Problem(
        phrase("the key in Secret {secret} is another's"),
        phrase("The key in Secret {secret} does not belong to the certificate there; so the controller shows {shown}."),
        phrase(
            "put the two together that were made together: kubectl -n {namespace} create secret tls {secret} "
            "--cert=FILE --key=FILE"
        ),
    ),
    OTHER_NAMES: Problem(
        phrase("the one in Secret {secret} is not for {host}"),
        phrase("The certificate in Secret {secret} is for {names}, not for {host}; so the controller shows {shown}."),
        phrase("make a certificate for {host}, and put it into Secret {secret}"),
    ),
    EXPIRED: Problem(
        phrase("expired"),
        phrase("The certificate for {host} expired on {ends}."),
        phrase("renew it, and put it into its Secret"),
    ),
    TOO_EARLY: Problem(
        phrase("not valid yet"),
        phrase("The certificate for {host} is not valid before {begins}."),
        phrase("wait until then, or put a valid one into its Secret; is this machine's clock right?"),
    ),
    NOT_SHOWN: Problem(
        phrase("the one in Secret {secret} is not shown"),
        phrase("Ingress {ingress} names Secret {secret}, and the controller shows {shown} anyway."),
        phrase("has the controller taken in the last change, and does it serve the class of the Ingress?"),
    ),
}
