"""ServiceAccount: who a Pod is when it talks to the API. Nothing but its metadata is checked."""

from datetime import datetime

from loopkube.kinds.core import GROUP
from loopkube.kinds.shared.columns import Columns, age, define, name
from loopkube.kinds.spec import Deletion, Spec


def _cells(obj: dict, now: datetime) -> list:
    return [name(obj), len(obj.get("secrets", ())), age(obj, now)]


SPEC = Spec(
    GROUP.kind("ServiceAccount", "serviceaccounts", short_names=("sa",), subresources=("token",)),
    deletion=Deletion(answers_with_object=True),
    columns=Columns(define("Name", "Secrets", "Age"), _cells),
)
