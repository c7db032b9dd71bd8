"""Lists: selections, pages that stay consistent, and earlier versions."""

import pytest
from loopkube.api.in_process import InProcessClient
from loopkube.api.lists import Page
from loopkube.api.options import ListOptions
from loopkube.api.verbs import Api
from loopkube.kinds import Kind
from loopkube.shared.status import ApiError


@pytest.fixture
async def kind(api: Api, client: InProcessClient) -> Kind:
    for name in "abcde":
        await client.create("configmaps", {"metadata": {"name": name, "labels": {"half": str(name > "c")}}}, "default")
    found = api.kinds.named("configmaps")
    assert found is not None
    return found


def names(page: Page) -> list[str]:
    return [s.obj["metadata"]["name"] for s in page.items]


def test_a_name_in_a_field_selector_finds_one(api: Api, kind: Kind) -> None:
    assert names(api.list(kind, "default", ListOptions(fields="metadata.name=b"))) == ["b"]
    assert names(api.list(kind, "", ListOptions(fields="metadata.name=b"))) == ["b"]
    assert names(api.list(kind, "default", ListOptions(fields="metadata.name=b", labels="half=True"))) == []
    assert names(api.list(kind, "default", ListOptions(labels="half=True"))) == ["d", "e"]


async def test_pages_show_the_collection_as_it_was(api: Api, client: InProcessClient, kind: Kind) -> None:
    first = api.list(kind, "default", ListOptions(limit=2))
    assert names(first) == ["a", "b"] and first.remaining == 3 and first.token
    await client.delete("configmaps", "c", "default")
    await client.patch("configmaps", "d", {"data": {"new": "yes"}}, "default")
    await client.create("configmaps", {"metadata": {"name": "cc"}}, "default")
    second = api.list(kind, "default", ListOptions(limit=2, token=first.token))
    assert names(second) == ["c", "d"] and "data" not in second.items[1].obj
    assert second.version == first.version
    last = api.list(kind, "default", ListOptions(limit=2, token=second.token))
    assert names(last) == ["e"] and not last.token and last.remaining is None


def test_what_is_left_is_not_told_of_a_selection(api: Api, kind: Kind) -> None:
    assert api.list(kind, "default", ListOptions(limit=1, labels="half")).remaining is None


async def test_a_token_outlives_its_history(api: Api, client: InProcessClient, kind: Kind) -> None:
    first = api.list(kind, "default", ListOptions(limit=2))
    await client.create("configmaps", {"metadata": {"name": "new"}}, "default")
    api.store._of("configmaps").floor = api.store.version
    with pytest.raises(ApiError) as refused:
        api.list(kind, "default", ListOptions(limit=2, token=first.token))
    assert (refused.value.code, refused.value.reason) == (410, "Expired")
    fresh = refused.value.metadata["continue"]
    rest = api.list(kind, "default", ListOptions(limit=9, token=fresh))
    assert names(rest) == ["c", "d", "e", "new"]


async def test_an_exact_version_is_rebuilt(api: Api, client: InProcessClient, kind: Kind) -> None:
    version = str(api.store.version)
    await client.delete("configmaps", "a", "default")
    exact = api.list(kind, "default", ListOptions(version=version, version_match="Exact"))
    assert names(exact) == ["a", "b", "c", "d", "e"] and str(exact.version) == version
    newer = api.list(kind, "default", ListOptions(version=version, version_match="NotOlderThan"))
    assert names(newer) == ["b", "c", "d", "e"]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (ListOptions(token="nonsense"), 400),
        (ListOptions(token="eyJ2IjoxfQ"), 400),
        (ListOptions(version="-1"), 400),
        (ListOptions(version=str(2**64)), 400),
        (ListOptions(version="999999999"), 504),
        (ListOptions(version="1", version_match="Exact"), 410),
    ],
)
def test_what_cannot_be_listed(api: Api, kind: Kind, options: ListOptions, code: int) -> None:
    with pytest.raises(ApiError) as refused:
        api.list(kind, "default", options)
    assert refused.value.code == code
