"""Field sets: their algebra, and paths as messages show them."""

from hypothesis import given
from hypothesis import strategies as st
from loopkube.api.fieldsets import elements, shapes
from loopkube.api.fieldsets.compare import compare
from loopkube.api.fieldsets.of import fields_of
from loopkube.api.fieldsets.sets import MEMBER, Set, difference, intersection, paths, union, without_below
from loopkube.kinds.registry import Kinds

DEPLOYMENT = shapes.root(Kinds().named("deployments.apps"))


def set_of(found: set[tuple[str, ...]]) -> Set:
    """A set of the given paths, in the wire form."""
    root: dict = {}
    for path in found:
        node = root
        for element in path:
            node = node.setdefault(element, {})
        node[MEMBER] = {}
    return _tidy(root)


def _tidy(node: dict) -> dict:
    below = {element: _tidy(inner) for element, inner in node.items() if element != MEMBER}
    return below | {MEMBER: {}} if MEMBER in node and below else below


PATHS = st.sets(st.lists(st.sampled_from(["f:a", "f:b", "f:c"]), min_size=1, max_size=3).map(tuple), max_size=6)


@given(PATHS, PATHS)
def test_the_algebra_is_that_of_sets(one: set, other: set) -> None:
    a, b = set_of(one), set_of(other)
    assert set(paths(union(a, b))) == one | other
    assert set(paths(difference(a, b))) == one - other
    assert set(paths(intersection(a, b))) == one & other
    below = {p for p in one if not any(p[:n] in other for n in range(1, len(p) + 1))}
    assert set(paths(without_below(a, b))) == below


@given(PATHS, PATHS)
def test_nothing_is_changed_in_place_and_equal_sets_look_equal(one: set, other: set) -> None:
    a, b = set_of(one), set_of(other)
    assert difference(union(a, b), b) == set_of(one - other)
    assert (a, b) == (set_of(one), set_of(other))


def test_paths_are_printed_as_in_messages() -> None:
    path = ("f:spec", "f:ports", 'k:{"port":80,"protocol":"TCP"}', "f:name")
    assert elements.printed(path) == '.spec.ports[port=80,protocol="TCP"].name'
    assert elements.printed(("f:metadata", "f:finalizers", 'v:"x/y"')) == '.metadata.finalizers[="x/y"]'


def test_a_configuration_owns_what_it_says_and_no_more() -> None:
    config = {
        "spec": {"template": {"spec": {"containers": [{"name": "a", "args": ["x"], "env": []}], "volumes": None}}}
    }
    container = {".": {}, "f:name": {}, "f:args": {}}
    assert fields_of(config, DEPLOYMENT) == {
        "f:spec": {"f:template": {"f:spec": {"f:containers": {'k:{"name":"a"}': container}, "f:volumes": {}}}}
    }


def test_what_every_object_has_is_not_owned_by_its_creator() -> None:
    touched, removed = compare({}, {"spec": {"strategy": {"type": "Recreate"}}, "status": {}}, DEPLOYMENT)
    assert (touched, removed) == ({"f:spec": {"f:strategy": {"f:type": {}}}}, {})


def test_a_field_that_goes_goes_with_all_below_it() -> None:
    old = {"metadata": {"labels": {"a": "1", "b": "2"}}}
    assert compare(old, {"metadata": {}}, DEPLOYMENT)[1] == {
        "f:metadata": {"f:labels": {".": {}, "f:a": {}, "f:b": {}}}
    }
