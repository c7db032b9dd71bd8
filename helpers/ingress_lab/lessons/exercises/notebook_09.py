"""Exercise 09.1: a host with a certificate of its own, and plain HTTP sent on to HTTPS."""

from typing import TYPE_CHECKING

from labcore.language.messages import phrase

from ingress_lab.lessons.exercises.exercise import Exercise

if TYPE_CHECKING:
    from ingress_lab.http.answers import Answer
    from ingress_lab.lab import Lab

NAMESPACE = "tls"
HOST = "account.tls.example.com"
SERVICE = "account-svc"
_REDIRECTS = (301, 302, 307, 308)


def https_and_nothing_else(lab: "Lab") -> str:
    secure, plain = lab.probe([f"https://{HOST}/", f"http://{HOST}/"])
    if secure.service != SERVICE:
        return phrase("{url} should be answered by {service}; it got {outcome}.",
                      url=secure.url, service=SERVICE, outcome=secure.outcome)  # fmt: skip
    wrong = _wrong_certificate(secure)
    if wrong:
        return phrase("{url} shows a certificate that no client would take: {wrong}.", url=secure.url, wrong=wrong)
    if plain.status not in _REDIRECTS:
        return phrase("{url} should send the client on to {aim}; it got {outcome}.",
                      url=plain.url, aim=secure.url, outcome=plain.outcome)  # fmt: skip
    if plain.location != secure.url:
        return phrase("{url} should send the client on to {aim}; it sends it to {location}.",
                      url=plain.url, aim=secure.url, location=plain.location)  # fmt: skip
    return ""


def _wrong_certificate(answer: "Answer") -> str:
    """What is wrong with it for every client, whomever it trusts."""
    from ingress_lab.lessons.certificates.certificate import of_answer
    from ingress_lab.lessons.certificates.checking import problems

    shown = of_answer(answer)
    if shown.issuer == shown.subject:
        return phrase("{subject}, signed by itself", subject=shown.subject)
    return next(iter(problems(shown, HOST, shown)), "")


def _ingress(class_name: str = "nginx", annotations: str = "") -> str:
    return f"""
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: account{annotations}
spec:
  ingressClassName: {class_name}
  tls:
    - hosts: [{HOST}]
      secretName: account-tls
  rules:
    - host: {HOST}
      http:
        paths:
          - path: /
            pathType: Prefix
            backend: {{service: {{name: account-svc, port: {{number: 80}}}}}}
"""


_FORCED = """
  annotations:
    nginx.ingress.kubernetes.io/force-ssl-redirect: "true\""""

EXERCISES = (
    Exercise(
        name="09.1",
        missing=https_and_nothing_else,
        praise=phrase("the certificate is for this host, and plain HTTP is sent on."),
        hints=(
            phrase("Round 3 has a table of what an Ingress can say, and what follows. Which row is the wanted one?"),
            phrase(
                "Two things: `spec.tls` names a Secret with the certificate, which must be there, in this namespace; "
                "and one of the two classes redirects by itself."
            ),
            phrase("`ingressClassName: nginx`, `tls: [{hosts: [account.tls.example.com], secretName: account-tls}]`"),
        ),
        solutions=(_ingress(), _ingress(annotations=_FORCED)),
    ),
)
