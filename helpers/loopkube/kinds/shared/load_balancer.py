"""The addresses in the status of Services and Ingresses, which a controller has published."""

from loopkube.kinds.shared import text
from loopkube.kinds.shared.report import Report


def create(obj: dict) -> None:
    """The status begins with no address."""
    obj["status"] = {"loadBalancer": {}}


def entry_rules(report: Report, path: str, entry: dict, kept: set) -> None:
    """One address that a controller has published; also for Services."""
    address, hostname = entry.get("ip", ""), entry.get("hostname", "")
    if address and address not in kept and not text.is_ip(address):
        report.invalid(f"{path}.ip", address, text.IP)
    if hostname:
        report.all(f"{path}.hostname", hostname, text.dns_subdomain(hostname))
        if text.is_ip(hostname):
            report.invalid(f"{path}.hostname", hostname, "must be a DNS name, not an IP address")


def published(obj: dict) -> str:
    """The addresses that a controller has put into the status."""
    entries = obj.get("status", {}).get("loadBalancer", {}).get("ingress", ())
    return ",".join(sorted({entry.get("ip") or entry.get("hostname", "") for entry in entries} - {""}))
