"""Exercises 09.1 to 09.3: a certificate and a redirect, one certificate for two hosts, and one that clients refuse."""

from typing import TYPE_CHECKING

from ingress_lab.lessons.exercises.exercise import Exercise
from labcore.language.messages import phrase

from labexercises import written

if TYPE_CHECKING:
    from ingress_lab.http.answers import Answer
    from ingress_lab.lab import Lab

NAMESPACE = "tls"
HOST = "account.tls.example.com"
TEAM = ("red.team.tls.example.com", "blue.team.tls.example.com")
BILLS = "bills.tls.example.com"
_REDIRECTS = (301, 302, 307, 308)


def one_certificate_for_both(lab: "Lab") -> str:
    """Both hosts must be answered with a certificate that is valid for them."""
    return next(filter(None, (_served(lab, host, "office-svc") for host in TEAM)), "")


def _served(lab: "Lab", host: str, service: str) -> str:
    """By HTTPS, with a certificate that a client could take."""
    (secure,) = lab.probe(f"https://{host}/")
    if secure.service != service:
        return phrase("{url} should be answered by {service}; it got {outcome}.",
                      url=secure.url, service=service, outcome=secure.outcome)  # fmt: skip
    wrong = _wrong_certificate(secure, host)
    if wrong:
        return phrase("{url} shows a certificate that clients refuse: {wrong}.", url=secure.url, wrong=wrong)
    return ""


def _redirected(lab: "Lab", url: str, aim: str) -> str:
    (plain,) = lab.probe(url)
    if plain.status in _REDIRECTS and plain.location == aim:
        return ""
    return phrase("{url} should send the client on to {aim}; it got {outcome}.",
                  url=url, aim=aim, outcome=plain.outcome)  # fmt: skip


def _wrong_certificate(answer: "Answer", host: str) -> str:
    """What is wrong with it for every client, whomever it trusts."""
    from ingress_lab.lessons.certificates.certificate import of_answer
    from ingress_lab.lessons.certificates.checking import problems

    shown = of_answer(answer)
    if shown.issuer == shown.subject:
        return phrase("{subject}, signed by itself", subject=shown.subject)
    return next(iter(problems(shown, host, shown)), "")


EXERCISES = (
    Exercise(
        name="09.1",
        missing=lambda lab: (
            _served(lab, HOST, "account-svc") or _redirected(lab, f"http://{HOST}/", f"https://{HOST}/")
        ),
        praise=phrase("the certificate is for this host, and plain HTTP is sent on."),
        hints=(
            phrase("Round 1 shows how the Secret is made, and how an Ingress names it. Round 3 shows who redirects."),
            phrase(
                "Two things: `spec.tls` names a Secret with the certificate, which must be there, in this namespace; "
                "and one of the two classes redirects by itself."
            ),
            phrase("`ingressClassName: nginx`, `tls: [{hosts: [account.tls.example.com], secretName: account-tls}]`"),
        ),
        solutions=written("09.1"),
    ),
    Exercise(
        name="09.2",
        missing=one_certificate_for_both,
        praise=phrase("both hosts answer by HTTPS, with a certificate for their names."),
        hints=(
            phrase("Which names does the certificate hold? Two rules and one Secret are enough."),
            phrase("A rule has the form `HOST/PATH*=SERVICE:PORT,tls=SECRET`; `--rule` may be given more than once."),
            phrase(
                "`kubectl create ingress team --class=traefik "
                '--rule="red.team.tls.example.com/*=office-svc:80,tls=team-tls" '
                '--rule="blue.team.tls.example.com/*=office-svc:80,tls=team-tls"`'
            ),
        ),
        solutions=written("09.2"),
    ),
    Exercise(
        name="09.3",
        missing=lambda lab: _served(lab, BILLS, "account-svc"),
        praise=phrase("bills.tls.example.com shows a certificate for its name, and account-svc answers."),
        hints=(
            phrase("Which Secret does the Ingress name, and for which names is the certificate in it?"),
            phrase(
                "`kubectl get secret NAME -o jsonpath='{.data.tls\\.crt}' | base64 -d | "
                "openssl x509 -noout -ext subjectAltName` shows the names. Read them letter by letter, in each Secret."
            ),
            phrase(
                "`kubectl patch ingress bills --type=json "
                '-p \'[{"op": "replace", "path": "/spec/tls/0/secretName", "value": "bills-tls-2"}]\'`'
            ),
        ),
        solutions=written("09.3"),
    ),
)
