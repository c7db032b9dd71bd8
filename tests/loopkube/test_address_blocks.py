"""Two clusters on one machine do not meet on an address."""

from loopkube import addresses


def test_a_second_claim_gets_other_addresses() -> None:
    first, one = addresses.claim_block()
    nodes = addresses.node_address(0), addresses.pod_range(0)
    second, two = addresses.claim_block(first)
    others = addresses.node_address(0), addresses.pod_range(0)
    one.close()
    again, three = addresses.claim_block(first)
    two.close()
    three.close()
    addresses.claim_block(0)[1].close()
    assert second != first == again
    assert not set(nodes) & set(others)
