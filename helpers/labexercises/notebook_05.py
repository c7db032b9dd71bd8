"""Exercises 05.1 to 05.3: an Ingress that nobody serves, rights for an account, and a webhook that stayed."""

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from ingress_lab.lessons.exercises.exercise import Exercise
from labcore.errors import TimedOut
from labcore.language.messages import phrase

from labexercises import written

if TYPE_CHECKING:
    from ingress_lab.lab import Lab

NAMESPACE = "controllers"
_ENTRY = "service/lesson"
_FOLLOWED = 0.25  # seconds that the controller may take to follow a change: ten times what it takes
_READER = {"list ingresses": True, "watch ingresses": True, "delete ingresses": False, "list secrets": False}


def served_by_the_lesson(name: str) -> Callable[["Lab"], str]:
    """Any Ingress may serve it; judged at the notebook's own controller."""
    url = f"http://{name}.lesson.example.com/"

    def missing(lab: "Lab") -> str:
        red = lab.inside("red")
        with suppress(TimedOut):
            red.wait(url, to=_ENTRY, timeout=_FOLLOWED)
        answer = red.probe(url, to=_ENTRY)[0]
        if answer.service == "web-svc":
            return ""
        return phrase("{url} should be answered by web-svc; it got {outcome}.", url=url, outcome=answer.outcome)

    return missing


def read_only(lab: "Lab") -> str:
    """The account may do what it should, and nothing else that is tried."""
    user = f"system:serviceaccount:{lab.namespace}:reader"
    for right, expected in _READER.items():
        verb, resource = right.split()
        group = "networking.k8s.io" if resource == "ingresses" else ""
        wish = {"verb": verb, "group": group, "resource": resource, "namespace": lab.namespace}
        review = {"spec": {"user": user, "resourceAttributes": wish}}
        said = lab.api.request("post", "/apis/authorization.k8s.io/v1/subjectaccessreviews", review)
        may = said["status"].get("allowed", False)
        if expected and not may:
            return phrase("{user} may not {verb} {resource}; it should.", user=user, verb=verb, resource=resource)
        if may and not expected:
            return phrase("{user} may {verb} {resource}; it should not.", user=user, verb=verb, resource=resource)
    return ""


EXERCISES = (
    Exercise(
        name="05.1",
        missing=served_by_the_lesson("shop"),
        praise=phrase("the class leads to the controller, and the controller follows the rule."),
        hints=(
            phrase("Compare two tables: `kubectl get ingress` and `kubectl get ingressclasses`."),
            phrase("Either of two objects could be changed, or one more made: the class is named letter by letter."),
            phrase("`ingressClassName: lesson` in the Ingress; `kubectl patch ingress shop` can write it"),
        ),
        solutions=written("05.1"),
    ),
    Exercise(
        name="05.2",
        missing=read_only,
        praise=phrase("the account may list and watch Ingresses, and nothing else."),
        hints=(
            phrase("Which three objects gave the controller its rights? Here two of them stay in the namespace."),
            phrase("`kubectl create` makes a serviceaccount, a role and a rolebinding; each has `--help`."),
            phrase("`kubectl create role reader --verb=list,watch --resource=ingresses`, and then its rolebinding"),
        ),
        solutions=written("05.2"),
    ),
    Exercise(
        name="05.3",
        missing=served_by_the_lesson("fresh"),
        praise=phrase("Ingresses can be created again, and the controller follows the new one."),
        hints=(
            phrase("What refuses it? kubectl prints a name after `failed calling webhook`."),
            phrase(
                "`kubectl get validatingwebhookconfigurations` lists the webhooks that the API server calls before it "
                "stores an object."
            ),
            phrase("Delete the webhook configuration of the uninstalled controller, and apply the Ingress again."),
        ),
        solutions=written("05.3"),
    ),
)
