"""Exercises 07.1 (order, a, and the rest to test) and 07.2 (an application that only knows /)."""

from typing import TYPE_CHECKING

from labcore.language.messages import phrase

from ingress_lab.lessons.exercises.exercise import Exercise, first_elsewhere

if TYPE_CHECKING:
    from ingress_lab.lab import Lab

NAMESPACE = "url-mapping"
_EXAMPLE = "http://example.com"
TWELVE = {
    f"{_EXAMPLE}/order": "order",
    f"{_EXAMPLE}/order/": "order",
    f"{_EXAMPLE}/order/17?paid=no": "order",
    f"{_EXAMPLE}/a": "a",
    f"{_EXAMPLE}/a/b/c": "a",
    f"{_EXAMPLE}/": "test",
    f"{_EXAMPLE}/elsewhere": "test",
    f"{_EXAMPLE}/orders": "test",
    f"{_EXAMPLE}/about": "test",
    f"{_EXAMPLE}/Order": "test",
    f"{_EXAMPLE}/x/order": "test",
    "http://nobody.example.com/order": "404",
}


def three_routes(lab: "Lab") -> str:
    return first_elsewhere(lab, TWELVE)


def only_knows_the_root(lab: "Lab") -> str:
    url = "http://legacy.example.com/order"
    answer = lab.probe(url)[0]
    if answer.service != "legacy-svc":
        answered = answer.service != "-"
        got = phrase("was answered by {service}", service=answer.service)
        got = got if answered else phrase("got {outcome}", outcome=answer.outcome)
        return phrase("{url} should reach the Service legacy-svc; it {got}.", url=url, got=got)
    if answer.status != 200:
        return phrase(
            "{url} should get 200 from legacy-svc; it got {status}.",
            url=url,
            status=answer.status,
        )
    return ""


def _ingress(name: str, host: str, class_name: str, paths: str, annotations: str = "") -> str:
    return f"""
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {name}{annotations}
spec:
  ingressClassName: {class_name}
  rules:
    - host: {host}
      http:
        paths:{paths}
"""


_THREE_PATHS = """
          - path: /order
            pathType: Prefix
            backend: {service: {name: order, port: {number: 80}}}
          - path: /a
            pathType: Prefix
            backend: {service: {name: a, port: {number: 80}}}
          - path: /
            pathType: Prefix
            backend: {service: {name: test, port: {number: 80}}}"""

_REWRITE = """
  annotations:
    nginx.ingress.kubernetes.io/rewrite-target: """

_ONE_PATH = """
          - path: {path}
            pathType: {path_type}
            backend: {{service: {{name: legacy-svc, port: {{number: 80}}}}}}"""


def _rewritten(path: str, path_type: str, target: str) -> str:
    paths = _ONE_PATH.format(path=path, path_type=path_type)
    return _ingress("legacy", "legacy.example.com", "nginx", paths, _REWRITE + target)


EXERCISES = (
    Exercise(
        name="07.1",
        missing=three_routes,
        praise=phrase("all twelve URLs go where they should."),
        hints=(
            phrase("One Ingress with one host and three paths is enough."),
            phrase(
                "`pathType: Prefix` compares element by element, so `/order` leaves `/orders` to the "
                "longest other match."
            ),
            phrase(
                "The rest is what `path: /` with `pathType: Prefix` matches: `- {path: /, pathType: "
                "Prefix, backend: {service: {name: test, port: {number: 80}}}}`"
            ),
        ),
        solutions=(
            _ingress("example", "example.com", "traefik", _THREE_PATHS),
            _ingress("example", "example.com", "nginx", _THREE_PATHS),
        ),
    ),
    Exercise(
        name="07.2",
        missing=only_knows_the_root,
        praise=phrase("/order works, and the application saw the path /."),
        hints=(
            phrase(
                "Which path did the application see? It only knows /. Which object stands between it and the client, "
                "and may change the request on its way?"
            ),
            phrase(
                "An Ingress has no field for rewriting: it is an annotation of the controller, here of class `nginx`."
            ),
            phrase(
                "`nginx.ingress.kubernetes.io/rewrite-target: /` on an Ingress for the host "
                "legacy.example.com with the path /order."
            ),
        ),
        solutions=(
            _rewritten("/order", "Prefix", "/"),
            _rewritten("/order", "Exact", "/"),
            _rewritten("/order(/|$)(.*)", "ImplementationSpecific", "/$2"),
        ),
    ),
)
