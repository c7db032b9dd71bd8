"""Exercise 05.1: an Ingress that no controller serves."""

from typing import TYPE_CHECKING

from labcore.errors import TimedOut, UnknownName
from labcore.language.messages import phrase

from ingress_lab.http.answers import Answer
from ingress_lab.lessons.exercises.exercise import Exercise

if TYPE_CHECKING:
    from ingress_lab.lab import Lab

NAMESPACE = "controllers"
URL = "http://mend.lesson.example.com/"
_ENTRY = "service/lesson"
_FOLLOWED = 2.0  # seconds that the controller may take to follow a change


def served_by_the_lesson(lab: "Lab") -> str:
    """An Ingress of another name may serve it, too; what is missing is said of `mend`."""
    answer = lab.inside("red").probe(URL, to=_ENTRY)[0]
    if answer.service == "web-svc":
        return ""
    try:
        ingress = lab.object("ingress/mend")
        lab.inside("red").wait(URL, to=_ENTRY, timeout=_FOLLOWED if _claimed(lab, ingress) else 0)
    except UnknownName as error:
        return error.message
    except TimedOut:
        pass  # the answer says what is missing
    return _unserved(lab.inside("red").probe(URL, to=_ENTRY)[0])


def _unserved(answer: Answer) -> str:
    if answer.service == "web-svc":
        return ""
    return phrase("{url} should be answered by web-svc; it got {outcome}.", url=URL, outcome=answer.outcome)


def _claimed(lab: "Lab", ingress: dict) -> bool:
    """Some controller may be about to follow it: its class is there, or named by the old annotation."""
    classes = {c["metadata"]["name"] for c in lab.objects("ingressclasses")}
    old = (ingress["metadata"].get("annotations") or {}).get("kubernetes.io/ingress.class", "")
    return bool({ingress["spec"].get("ingressClassName") or "", old} & classes)


_RULES = """
  rules:
    - host: mend.lesson.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend: {service: {name: web-svc, port: {number: 80}}}
"""

_HEAD = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: mend"""

_BY_FIELD = f"{_HEAD}\nspec:\n  ingressClassName: lesson{_RULES}"
_BY_ANNOTATION = f"{_HEAD}\n  annotations:\n    kubernetes.io/ingress.class: lesson\nspec:{_RULES}"
_SECOND_CLASS = """
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata:
  name: lessons
spec:
  controller: example.com/lesson
"""

EXERCISES = (
    Exercise(
        name="05.1",
        missing=served_by_the_lesson,
        praise=phrase("the class leads to the controller, and the controller follows the rule."),
        hints=(
            phrase('Compare two tables: `lab.get("ingress")` and `lab.get("ingressclasses")`.'),
            phrase(
                "An Ingress names a class by `spec.ingressClassName`, letter by letter. Two objects "
                "could be changed, or one more made."
            ),
            phrase("`ingressClassName: lesson` in the Ingress"),
        ),
        solutions=(_BY_FIELD, _BY_ANNOTATION, _SECOND_CLASS),
    ),
)
