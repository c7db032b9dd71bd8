"""Repairs and wrong moves of the case `missing_right`. A controller that was refused asks again, ever more seldom."""

from hand import Hand

GROUP = "rbac.authorization.k8s.io"


def right_back(hand: Hand) -> None:
    hand.patch("role", _name(hand), {"rules": hand.healthy("role", _name(hand))["rules"]})


def role_beside(hand: Hand) -> None:
    _give(hand, _name(hand))
    hand.restart(_name(hand))


def restart(hand: Hand) -> None:
    hand.restart(_name(hand))


def rights_for_another(hand: Hand) -> None:
    _give(hand, "default")
    hand.restart(_name(hand))


def reading_one_by_one(hand: Hand) -> None:
    rules = hand.healthy("role", _name(hand))["rules"]
    has = [rule["resources"] for rule in hand.get("role", _name(hand))["rules"]]
    some = [rule if rule["resources"] in has else rule | {"verbs": ["get"]} for rule in rules]
    hand.patch("role", _name(hand), {"rules": some})
    hand.restart(_name(hand))


def _give(hand: Hand, account: str) -> None:
    role = hand.healthy("role", _name(hand)) | {"metadata": {"name": "reader"}}
    hand.create(role)
    binding = hand.healthy("rolebinding", _name(hand))
    subjects = [{"kind": "ServiceAccount", "name": account, "namespace": hand.ground.namespace}]
    ref = binding["roleRef"] | {"name": "reader"}
    hand.create(binding | {"metadata": {"name": "reader"}, "subjects": subjects, "roleRef": ref})


def _name(hand: Hand) -> str:
    return next(obj["metadata"]["name"] for obj in hand.scene.healthy if obj["kind"] == "Role")


REPAIRS = (right_back, role_beside)
WRONG_MOVES = (restart, rights_for_another, reading_one_by_one)
