"""Who wrote an answer: an application of a Service, or the controller itself?"""

from http.client import responses

from ingress_lab.http.answers import NOBODY, Answer
from labcore.language.messages import joined, phrase

from labtools.explain import direct
from labtools.traefik.ingress_paths import Claim
from labtools.traefik.reading import Reading

OR = phrase(" or ")
_OF_TRAEFIK = ("404 page not found", "no available server")
_OF_ENVOY = ("upstream request timeout", "upstream connect error", "no healthy upstream")


def answered_by(seen: Answer | None, claim: Claim | None, reading: Reading | None, said: direct.Direct | None) -> str:
    """The Service whose Pod wrote the answer; "" for the controller's own, or none.

    The lab's applications say their names. Of others the router's Service is known, and what its Pod says when it is
    asked directly (`said`).
    """
    if seen is None or not seen.status:
        return ""
    if seen.service != NOBODY:
        return seen.service
    services = _services(claim, reading)
    if not services or (reading and str(seen.status) in reading.outcomes):
        return ""
    if said is not None and said.protocol:
        return services if (said.protocol, said.status) == (direct.HTTP, seen.status) else ""
    return "" if looks_like_controllers(seen) else services


def _services(claim: Claim | None, reading: Reading | None) -> str:
    if reading is None:
        return claim.service if claim else ""
    if reading.request.status or reading.winner is None:
        return ""
    return joined(OR, sorted({service for router in reading.winners for service in router.services}))


def looks_like_controllers(answer: Answer) -> bool:
    """Is it what Traefik, Envoy or ingress-nginx write of their own accord: mostly the status in words?"""
    if answer.status < 300:
        return False
    text, words = answer.text.strip(), responses.get(answer.status, "")
    own = (*_OF_TRAEFIK, "", words, f"{answer.status} {words}")
    named = next((value for name, value in answer.headers.items() if name.lower() == "server"), "")
    return (text in own and not named) or "<center>nginx" in text or text.startswith(_OF_ENVOY)
