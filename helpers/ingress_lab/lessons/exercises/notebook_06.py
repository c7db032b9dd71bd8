"""Exercise 06.1: a name, all names below it, and what is two labels below."""

from typing import TYPE_CHECKING

from labcore.language.messages import phrase

from ingress_lab.lessons.exercises.exercise import Exercise, first_elsewhere

if TYPE_CHECKING:
    from ingress_lab.lab import Lab

NAMESPACE = "names"
_WANTED = {
    "http://www.team.example.com/": "www-svc",
    "http://www.team.example.com/wiki": "www-svc",
    "http://team.example.com/": "www-svc",
    "http://ann.team.example.com/": "team-svc",
    "http://bob.team.example.com/wiki": "team-svc",
    "http://BOB.team.example.com/": "team-svc",
    "http://www.ann.team.example.com/": "404",
    "http://team.example.org/": "404",
}


def names_of_the_team(lab: "Lab") -> str:
    return first_elsewhere(lab, _WANTED)


def _rule(host: str, service: str) -> str:
    return f"""
    - host: "{host}"
      http:
        paths:
          - path: /
            pathType: Prefix
            backend: {{service: {{name: {service}, port: {{number: 80}}}}}}"""


def _ingress(name: str, class_name: str, *rules: tuple[str, str]) -> str:
    return f"""
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {name}
spec:
  ingressClassName: {class_name}
  rules:{"".join(_rule(*rule) for rule in rules)}
"""


_ALL = (
    ("www.team.example.com", "www-svc"),
    ("team.example.com", "www-svc"),
    ("*.team.example.com", "team-svc"),
)

EXERCISES = (
    Exercise(
        name="06.1",
        missing=names_of_the_team,
        praise=phrase("each name goes where it should, and a name two labels below gets 404."),
        hints=(
            phrase("Three hosts are needed, so three rules: `spec.rules` is a list."),
            phrase(
                "`*.team.example.com` stands for one label in front, so it is neither "
                "`team.example.com` nor `www.ann.team.example.com`."
            ),
            phrase(
                '`- {host: "*.team.example.com", http: {paths: [{path: /, pathType: Prefix, backend: '
                "{service: {name: team-svc, port: {number: 80}}}}]}}`, with the quotes: a bare `*` "
                "means something else in YAML."
            ),
        ),
        solutions=(
            _ingress("team", "traefik", *_ALL),
            _ingress("team", "nginx", *reversed(_ALL)),
            _ingress("team", "traefik", *_ALL[:2]) + "---" + _ingress("everybody", "traefik", _ALL[2]),
        ),
    ),
)
