"""Rules of Services beyond the recorded ones."""

import pytest
from loopkube.shared.status import ApiError
from offline_api import OfflineApi, refusal, service


@pytest.mark.parametrize(
    ("spec", "complaint"),
    [
        ({"type": "NodePort", "clusterIP": "None"}, "may not be set to 'None' for NodePort services"),
        ({"clusterIPs": ["127.96.0.9"]}, "must be empty when `clusterIP` is not specified"),
        ({"clusterIP": "127.96.0.9", "clusterIPs": ["127.96.0.8"]}, "first value must match `clusterIP`"),
        ({"externalIPs": ["one"]}, 'spec.externalIPs[0]: Invalid value: "one": must be a valid IP address'),
        ({"externalIPs": ["127.0.0.1"]}, "may not be in the loopback range (127.0.0.0/8, ::1/128)"),
        ({"externalIPs": ["169.254.1.1"]}, "may not be in the link-local range (169.254.0.0/16, fe80::/10)"),
        ({"externalTrafficPolicy": "Local"}, "may only be set for externally-accessible services"),
        ({"type": "NodePort", "externalTrafficPolicy": "Near"}, 'supported values: "Cluster", "Local"'),
        ({"internalTrafficPolicy": "Near"}, 'supported values: "Cluster", "Local"'),
        ({"trafficDistribution": "Near"}, 'supported values: "PreferClose", "PreferSameNode", "PreferSameZone"'),
        ({"loadBalancerSourceRanges": ["10.0.0.0/8"]}, "Forbidden: may only be used when `type` is 'LoadBalancer'"),
        ({"type": "LoadBalancer", "loadBalancerSourceRanges": ["x"]}, "must be a valid CIDR value"),
        ({"loadBalancerClass": "a/b"}, "spec.loadBalancerClass: Forbidden"),
        ({"allocateLoadBalancerNodePorts": True}, "spec.allocateLoadBalancerNodePorts: Forbidden"),
        ({"healthCheckNodePort": 30001}, "spec.healthCheckNodePort: Invalid value: 30001: may only be set when"),
        ({"ipFamilyPolicy": "Any"}, 'supported values: "PreferDualStack", "RequireDualStack", "SingleStack"'),
        ({"ipFamilies": ["IPv4", "IPv4"]}, 'spec.ipFamilies[1]: Duplicate value: "IPv4"'),
        ({"ports": [{"port": 80, "name": "UPPER"}]}, 'spec.ports[0].name: Invalid value: "UPPER"'),
        ({"ports": [{"port": 80, "appProtocol": "a b"}]}, "spec.ports[0].appProtocol: Invalid value"),
        ({"type": "ExternalName", "externalName": "a_b"}, "spec.externalName: Invalid value"),
        ({"type": "ExternalName", "externalName": "a.b", "clusterIP": "127.96.0.9"}, "spec.clusterIPs: Forbidden"),
        ({"sessionAffinity": "ClientIP", "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 0}}}, "86400"),
    ],
)
def test_refused(offline: OfflineApi, spec: dict, complaint: str) -> None:
    assert complaint in refusal(offline, service(**spec))


def test_a_name_with_a_final_dot_is_fully_qualified(offline: OfflineApi) -> None:
    assert offline.create(service(type="ExternalName", externalName="example.com.", ports=[]))[0]


def test_a_node_port_twice(offline: OfflineApi) -> None:
    ports = [{"name": "a", "port": 1, "nodePort": 30100}, {"name": "b", "port": 2, "nodePort": 30100}]
    assert refusal(offline, service(type="NodePort", ports=ports)) == "spec.ports[1].nodePort: Duplicate value: 30100"


def test_only_load_balancers_have_published_addresses(offline: OfflineApi) -> None:
    published = {"status": {"loadBalancer": {"ingress": [{"ip": "127.18.0.2"}]}}}
    inside, outside = offline.create(service("a"))[0], offline.create(service("b", type="LoadBalancer"))[0]
    with pytest.raises(ApiError, match="may only be used when"):
        offline.update(inside, published, "status")
    entry = offline.update(outside, published, "status")["status"]["loadBalancer"]["ingress"][0]
    assert entry == {"ip": "127.18.0.2", "ipMode": "VIP"}


def test_the_class_of_a_load_balancer_stays(offline: OfflineApi) -> None:
    old = offline.create(service(type="LoadBalancer", loadBalancerClass="a/b"))[0]
    with pytest.raises(ApiError, match="may not change once set"):
        offline.update(old, {"spec": {"loadBalancerClass": "a/c"}})
