"""Exercises 18.1 to 18.3: the parts of the capstone, judged by what the shop answers and what its customers got."""

from functools import partial
from typing import TYPE_CHECKING

from ingress_lab.lessons.exercises.exercise import Exercise
from labcore.language.messages import phrase

from labexercises import written

if TYPE_CHECKING:
    from ingress_lab.lab import Lab

NAMESPACE = "capstone"


def first_wrong(lab: "Lab", *, part: str) -> str:
    """What `lab capstone check PART` names first."""
    from labtools.capstone.judging import first_wrong

    return first_wrong(lab.cluster, part)


EXERCISES = (
    Exercise(
        "18.1", partial(first_wrong, part="manifests"), phrase("the hosts of the refused manifests are served."),
        (
            phrase("`kubectl apply -f ../../manifests/capstone/old` names each object that has no kind any more."),
            phrase("`lab upgrade ../../manifests/capstone/old` shows each line that has to change. "
                   "What happened to the Deployment?"),
            phrase("Write the result to a folder of yours, with `--write` on a copy, and apply `gift.yaml` and "
                   "`help.yaml` from there."),
        ), written("18.1"),
    ),
    Exercise(
        "18.2", partial(first_wrong, part="move"), phrase("the shop has moved, and no request was lost."),
        (
            phrase("Write the new rules beside the old ones, under other names, and ask them with "
                   "`lab capstone ask --to entry URL` before a name leads there."),
            phrase("`lab migrate ../../manifests/capstone/old --ingress-class real-nginx` says which annotations keep "
                   "their effect. Which one has none, and what stays closed without any rule?"),
            phrase("Then change the names: `kubectl patch configmap dns --type merge "
                   '-p \'{"data":{"gift.capstone.example.com":"entry"}}\'`, the smallest host first.'),
        ), written("18.2"),
    ),
    Exercise(
        "18.3", partial(first_wrong, part="closing"), phrase("the old controller is gone, and nothing is left of it."),
        (
            phrase("A client keeps an answer of DNS for 3 seconds. What may not go before that?"),
            phrase("Which Ingresses name a class that nobody serves any more? `kubectl get ingress`"),
            phrase("`kubectl delete ingress www basket api api-next internal admin help gift`, then "
                   "`kubectl delete -f ../../manifests/controllers/nginx`"),
        ), written("18.3"),
    ),
)  # fmt: skip
