"""Exercises 06.1 (a name and all names below it), 06.2 (a page of one host beside a wildcard), 06.3 (a lost page)."""

from ingress_lab.lessons.exercises.exercise import Exercise, first_elsewhere
from labcore.language.messages import phrase

from labexercises import written

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


_HELP = {
    "http://www.h.example.com/": "www-svc",
    "http://www.h.example.com/help": "www-svc",
    "http://www.h.example.com/help/me": "www-svc",
    "http://shop.h.example.com/help": "wild-svc",
    "http://shop.h.example.com/": "404",
}
_STATE = {
    "http://site.example.com/": "www-svc",
    "http://site.example.com/account/settings/state": "www-svc",
    "http://state.example.com/account/settings/state": "rest-svc",
}
EXERCISES = (
    Exercise(
        name="06.1",
        missing=lambda lab: first_elsewhere(lab, _WANTED),
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
        solutions=written("06.1"),
    ),
    Exercise(
        name="06.2",
        missing=lambda lab: first_elsewhere(lab, _HELP),
        praise=phrase("www.h.example.com keeps /help, and the wildcard answers for every other name."),
        hints=(
            phrase("Which of the two rule texts can you make longer, without a change for any other name?"),
            phrase("www.h.example.com may have more than one path. A rule of its own for /help is longer than `/`."),
            phrase(
                "`- {path: /help, pathType: Prefix, backend: {service: {name: www-svc, port: {number: 80}}}}` in the "
                "paths of Ingress full, beside `/`."
            ),
        ),
        solutions=written("06.2"),
    ),
    Exercise(
        name="06.3",
        missing=lambda lab: first_elsewhere(lab, _STATE),
        praise=phrase("site.example.com has all of its pages, and the state is shown at a host of its own."),
        hints=(
            phrase(
                "Which Service answers, and which rule leads to it? `kubectl get ingress` lists hosts for all of them."
            ),
            phrase("A rule without a host counts for every host. Which Ingress has `*` in the column HOSTS?"),
            phrase(
                "Give the rule of Ingress state the host it is for: `kubectl patch ingress state --type=json -p "
                '\'[{"op": "add", "path": "/spec/rules/0/host", "value": "state.example.com"}]\'`'
            ),
        ),
        solutions=written("06.3"),
    ),
)
