"""How a Service chooses: what is shown on each kind of cluster."""

import pytest
from fake_api import FakeApi
from ingress_lab.lab import Lab
from ingress_lab.lessons import balancing
from labcore.clusters import Entry
from labcore.errors import UnknownName

# As kube-proxy writes them in iptables mode: pkg/proxy/iptables/proxier.go, writeServiceToEndpointRules.
SAVED = """\
-A KUBE-SERVICES -d 10.96.1.2/32 -p tcp -m comment --comment "services/web-svc:http cluster IP" -j KUBE-SVC-AAAA
-A KUBE-SVC-AAAA -m comment --comment "services/web-svc:http -> 10.244.1.2:8080" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-B
-A KUBE-SVC-AAAA -m comment --comment "services/web-svc:http -> 10.244.1.3:8080" -j KUBE-SEP-C
-A KUBE-SVC-DDDD -m comment --comment "default/web-svc:http -> 10.244.1.9:8080" -m statistic --mode random --probability 0.5 -j KUBE-SEP-E
"""  # noqa: E501


def lab(cluster: str) -> Lab:
    api = FakeApi()
    api.put("/api/v1/namespaces/services/services/web-svc", {"metadata": {"name": "web-svc"}})
    return Lab(api, "services", Entry("127.0.0.1", 1, 1), cluster)


def test_the_local_proxys_own_lines() -> None:
    shown = balancing.choice(lab("local"), "web-svc").markdown
    assert shown.startswith("```python\ndef choose(self, client: Address)")
    assert "\n    if not self.rule.affinity_seconds:\n        return random.choice(self.rule.endpoints)\n" in shown


def test_kube_proxys_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(balancing, "_rules", lambda lab: SAVED)
    assert balancing.choice(lab("kind"), "web-svc").markdown.splitlines() == ["```text", SAVED.splitlines()[1], "```"]


def test_elsewhere_the_command_is_shown() -> None:
    assert "iptables-save -t nat | grep services/web-svc" in balancing.choice(lab("context:x"), "web-svc").markdown


def test_a_wrong_name_is_an_error() -> None:
    with pytest.raises(UnknownName, match="web-svc"):
        balancing.choice(lab("local"), "web")
