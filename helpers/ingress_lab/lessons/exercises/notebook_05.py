"""Exercises 05.1 to 05.3: an Ingress that nobody serves, rights for an account, and a webhook that stayed."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from labcore.errors import TimedOut, UnknownName
from labcore.language.messages import phrase

from ingress_lab.http.answers import Answer
from ingress_lab.lessons.exercises.exercise import Exercise

if TYPE_CHECKING:
    from ingress_lab.lab import Lab

NAMESPACE = "controllers"
_ENTRY = "service/lesson"
_FOLLOWED = 2.0  # seconds that the controller may take to follow a change
_READER = (("list", "ingresses", True), ("watch", "ingresses", True), ("delete", "ingresses", False))
_RIGHTS = (*_READER, ("list", "secrets", False))


def served_by_the_lesson(name: str) -> Callable[["Lab"], str]:
    """An Ingress of another name may serve it, too; what is missing is said of the one called `name`."""
    url = f"http://{name}.lesson.example.com/"

    def missing(lab: "Lab") -> str:
        answer = lab.inside("red").probe(url, to=_ENTRY)[0]
        if answer.service == "web-svc":
            return ""
        try:
            ingress = lab.object(f"ingress/{name}")
            lab.inside("red").wait(url, to=_ENTRY, timeout=_FOLLOWED if _claimed(lab, ingress) else 0)
        except UnknownName as error:
            return error.message
        except TimedOut:
            pass  # the answer says what is missing
        return _unserved(lab.inside("red").probe(url, to=_ENTRY)[0])

    return missing


def _unserved(answer: Answer) -> str:
    if answer.service == "web-svc":
        return ""
    return phrase("{url} should be answered by web-svc; it got {outcome}.", url=answer.url, outcome=answer.outcome)


def _claimed(lab: "Lab", ingress: dict) -> bool:
    """Some controller may be about to follow it: its class is there, or named by the old annotation."""
    classes = {c["metadata"]["name"] for c in lab.objects("ingressclasses")}
    old = (ingress["metadata"].get("annotations") or {}).get("kubernetes.io/ingress.class", "")
    return bool({ingress["spec"].get("ingressClassName") or "", old} & classes)


def read_only(lab: "Lab") -> str:
    """The account may do what it should, and nothing else that is tried."""
    user = f"system:serviceaccount:{lab.namespace}:reader"
    for verb, resource, wanted in _RIGHTS:
        group = "networking.k8s.io" if resource == "ingresses" else ""
        wish = {"verb": verb, "group": group, "resource": resource, "namespace": lab.namespace}
        review = {"spec": {"user": user, "resourceAttributes": wish}}
        path = "/apis/authorization.k8s.io/v1/subjectaccessreviews"
        may = lab.api.request("post", path, review)["status"].get("allowed", False)
        if wanted and not may:
            return phrase("{user} may not {verb} {resource}; it should.", user=user, verb=verb, resource=resource)
        if may and not wanted:
            return phrase("{user} may {verb} {resource}; it should not.", user=user, verb=verb, resource=resource)
    return ""


def _ingress(name: str, metadata: str = "", spec: str = "") -> str:
    return f"""
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {name}{metadata}
spec:{spec}
  rules:
    - host: {name}.lesson.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend: {{service: {{name: web-svc, port: {{number: 80}}}}}}
"""


_BY_FIELD = "\n  ingressClassName: lesson"
_BY_ANNOTATION = "\n  annotations:\n    kubernetes.io/ingress.class: lesson"
_SECOND_CLASS = """
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata:
  name: lessons
spec:
  controller: example.com/lesson
"""
_READER_ROLE = """
apiVersion: v1
kind: ServiceAccount
metadata:
  name: reader
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: reader
rules:
  - {apiGroups: [networking.k8s.io], resources: [ingresses], verbs: [list, watch]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: reader
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects:
  - {kind: ServiceAccount, name: reader}
"""
_NO_WEBHOOK = f"""
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata:
  name: uninstalled-controller-admission
webhooks: []
---{_ingress("fresh", spec=_BY_FIELD)}"""

EXERCISES = (
    Exercise(
        name="05.1",
        missing=served_by_the_lesson("shop"),
        praise=phrase("the class leads to the controller, and the controller follows the rule."),
        hints=(
            phrase("Compare two tables: `kubectl get ingress` and `kubectl get ingressclasses`."),
            phrase(
                "An Ingress names a class by `spec.ingressClassName`, letter by letter. Two objects "
                "could be changed, or one more made."
            ),
            phrase("`ingressClassName: lesson` in the Ingress; `kubectl patch ingress shop` can write it"),
        ),
        solutions=(_ingress("shop", spec=_BY_FIELD), _ingress("shop", _BY_ANNOTATION), _SECOND_CLASS),
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
        solutions=(_READER_ROLE,),
    ),
    Exercise(
        name="05.3",
        missing=served_by_the_lesson("fresh"),
        praise=phrase("Ingresses can be created again, and the controller follows the new one."),
        hints=(
            phrase("Who refuses it? kubectl prints a name after `failed calling webhook`."),
            phrase("`kubectl get validatingwebhookconfigurations` lists whom the API server asks before it stores."),
            phrase(
                "`kubectl delete validatingwebhookconfiguration uninstalled-controller-admission`, and then apply the "
                "Ingress again"
            ),
        ),
        solutions=(_NO_WEBHOOK,),
    ),
)
