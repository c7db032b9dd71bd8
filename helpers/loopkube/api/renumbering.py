"""Services move with their cluster when it continues in another block of addresses, as its own is taken.

Their numbers within the block stay, so that no two of them meet.
"""

from ipaddress import IPv4Address

from loopkube.api.store.store import Store
from loopkube.shared import addresses


def renumber(store: Store) -> int:
    """Bring the Services of a store into this process's block, before anybody reads them; how many were moved."""
    cidr = store.get("servicecidrs.networking.k8s.io", "", "kubernetes")
    if cidr and cidr.obj["spec"]["cidrs"] != [str(addresses.services())]:
        spec = cidr.obj["spec"] | {"cidrs": [str(addresses.services())]}
        store.update("servicecidrs.networking.k8s.io", _with_spec(cidr.obj, spec))
    moved = 0
    for stored in store.list("services"):
        spec = stored.obj["spec"]
        address = _here(spec.get("clusterIP", ""))
        if address != spec.get("clusterIP", ""):
            changes = {"clusterIP": address, "clusterIPs": [_here(each) for each in spec.get("clusterIPs", ())]}
            store.update("services", _with_spec(stored.obj, spec | changes))
            moved += 1
    return moved


def _here(address: str) -> str:
    """The address of the same number in this block; what is not an address of a Service stays as it is."""
    if address in ("", "None") or ":" in address:
        return address
    network = next(
        (each for each in (*addresses.SERVICES, addresses.OWN_SERVICES) if IPv4Address(address) in each), None
    )
    if network is None:
        return address
    number = int(IPv4Address(address)) - int(network.network_address)
    return str(addresses.services().network_address + number)


def _with_spec(obj: dict, spec: dict) -> dict:
    return obj | {"metadata": dict(obj["metadata"]), "spec": spec}
