"""Exercises 17.1 (answers made on purpose), 17.2 (a case of the middle grade) and 17.3 (a hard one), of the clinic."""

from typing import TYPE_CHECKING

from ingress_lab.lessons.exercises.exercise import Exercise, first_elsewhere
from labcore.language.messages import phrase

from labexercises import written

if TYPE_CHECKING:
    from ingress_lab.lab import Lab

NAMESPACE = "clinic"
_BAKERY, _EMBASSY, _HARBOUR = (
    f"http://{host}.example.com" for host in ("bakery.zadar", "embassy.porto", "harbour.seoul")
)  # as the seed 17 draws them


def on_purpose(lab: "Lab") -> str:
    return first_elsewhere(
        lab, {f"{_BAKERY}/menu": "503", f"{_BAKERY}/account": "502", f"{_BAKERY}/gifts": "gifts", f"{_BAKERY}/": "404"}
    )


def embassy(lab: "Lab") -> str:
    pages = {f"{_EMBASSY}/{name}": name for name in ("offers", "tickets", "menu")}
    return first_elsewhere(lab, pages | {f"{_EMBASSY}/": "404"})


def harbour(lab: "Lab") -> str:
    closed = {f"{_HARBOUR}/prices": "403", f"{_HARBOUR}/prices/list": "403"}
    return first_elsewhere(lab, closed | {f"{_HARBOUR}/{name}": name for name in ("gifts", "invoices")})


EXERCISES = (
    Exercise(
        name="17.1", missing=on_purpose,
        praise=phrase("one page has no Pod, one no connection, and the others are as before."),
        hints=(
            phrase("503: the rule is there, and no Pod is ready behind its Service. How can a Service have none?"),
            phrase("502: a Pod is there, and does not answer at the port to which the Service sends."),
            phrase("`kubectl scale deployment menu --replicas=0`, and a `targetPort` of the Service account at which "
                   "nothing listens."),
        ),
        solutions=written("17.1"),
    ),
    Exercise(
        name="17.2", missing=embassy,
        praise=phrase("every page of the embassy is there again."),
        hints=(
            phrase("Read the whole answer with `curl -si`: is the 404 that of the controller, or of the application?"),
            phrase("`kubectl logs deployment/offers`: which path did the application get? "
                   "`kubectl set env deployment/offers --list`: which paths does it know?"),
            phrase("`kubectl get ingress offers -o yaml`: for whom is the annotation written, and which class is it?"),
        ),
        solutions=written("17.2"),
    ),
    Exercise(
        name="17.3", missing=harbour,
        praise=phrase("the page is closed again, and the others are open."),
        hints=(
            phrase("Would the Ingress that has the restriction refuse you? Then look for who answers in its place."),
            phrase("`kubectl describe ingress` shows all rules of the namespace. How many have this host and path?"),
            phrase("Two, of two classes, and this controller serves both: the longer rule wins (notebook 06). Take the "
                   "copy away, give it another path, or a lower `router.priority`."),
        ),
        solutions=written("17.3"),
    ),
)  # fmt: skip
