"""The address plan."""

import pytest
from loopkube.shared import addresses
from loopkube.shared.addresses import PodAddresses


@pytest.fixture(autouse=True)
def first_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "_first", 0)


def test_the_plan_is_kinds_with_another_first_octet() -> None:
    assert [addresses.node_address(n) for n in range(3)] == ["127.18.0.2", "127.18.0.3", "127.18.0.4"]
    assert addresses.pod_range(2) == "127.244.2.0/24"
    assert addresses.gateway(2) == "127.244.2.1"


def test_pods_get_addresses_in_order_and_an_address_is_used_again_as_late_as_possible() -> None:
    pool = PodAddresses(1)
    first, second = pool.take(), pool.take()
    assert (first, second) == ("127.244.1.2", "127.244.1.3")
    pool.give_back(first)
    assert pool.take() == "127.244.1.4"
    given = {pool.take() for _ in range(251)}
    assert first in given
    assert pool.take() is None
    pool.give_back("127.244.1.77")
    assert pool.take() == "127.244.1.77"


def test_each_cluster_of_a_machine_takes_a_block_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "_first", 0)  # and again after it
    one, claim = addresses.claim_block(9)
    other, second = addresses.claim_block(one)
    assert other != one
    second.close()
    claim.close()
