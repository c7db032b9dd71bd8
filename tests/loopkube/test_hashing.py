"""Template hashes: short, stable, and another one for another template."""

import pytest
from loopkube.controllers.hashing import fnv1a, safe, template_hash


def template(**spec: object) -> dict:
    return {"metadata": {"labels": {"b": "2", "a": "1"}}, "spec": {"containers": [{"name": "c", "image": "i"}]} | spec}


def test_the_order_of_keys_means_nothing() -> None:
    one = template()
    assert template_hash(one) == template_hash({key: one[key] for key in reversed(one)})


def test_a_collision_gives_another_hash() -> None:
    hashes = {template_hash(template(), collisions) for collisions in range(5)}
    assert len(hashes) == 5


def test_every_change_of_the_template_shows() -> None:
    changed = [template(), template(hostNetwork=True), template(nodeSelector={"a": "b"}), template(priority=0)]
    assert len({template_hash(one) for one in changed}) == 4


def test_the_safe_alphabet() -> None:
    assert safe("921178122") == "f655cd566"


@pytest.mark.parametrize(("data", "hash"), [(b"", 0x811C9DC5), (b"a", 0xE40C292C), (b"foobar", 0xBF9CF968)])
def test_fnv1a_of_32_bits(data: bytes, hash: int) -> None:
    assert fnv1a(data) == hash
