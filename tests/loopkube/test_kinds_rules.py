"""Rules of EndpointSlices, ConfigMaps, Secrets, Nodes, Leases, Events and RBAC."""

import base64
import datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from loopkube.kinds.core.secret.key_pair import complaint
from loopkube.shared.status import ApiError
from offline_api import OfflineApi

RBAC = "rbac.authorization.k8s.io/v1"


def obj(api_version: str, kind: str, **fields: object) -> dict:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": "a"}} | fields


def refusal(offline: OfflineApi, api_version: str, kind: str, **fields: object) -> str:
    with pytest.raises(ApiError) as caught:
        offline.create(obj(api_version, kind, **fields))
    assert caught.value.code == 422
    return caught.value.message.partition("is invalid: ")[2]


def endpoint_slice(address: str = "127.244.0.2", kind: str = "IPv4", **more: object) -> dict:
    endpoints = [{"addresses": [address]} | more]
    return {"addressType": kind, "endpoints": endpoints, "ports": [{"port": 80}]}


def test_pods_of_this_cluster_have_loopback_addresses(offline: OfflineApi) -> None:
    found = offline.create(obj("discovery.k8s.io/v1", "EndpointSlice", **endpoint_slice()))[0]
    assert found["endpoints"] == [{"addresses": ["127.244.0.2"], "conditions": {}}]
    assert found["ports"] == [{"name": "", "protocol": "TCP", "port": 80}]


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        (endpoint_slice("::1"), "must be an IPv4 address"),
        (endpoint_slice("1.2.3.4", "IPv6"), "must be an IPv6 address"),
        (endpoint_slice("a_b", "FQDN"), "endpoints[0].addresses[0]: Invalid value"),
        (endpoint_slice(hostname="a.b"), "endpoints[0].hostname: Invalid value"),
        (endpoint_slice(nodeName="A"), "endpoints[0].nodeName: Invalid value"),
        ({"addressType": "IPv4", "ports": [{"port": 1}, {"port": 2}]}, 'ports[1].name: Duplicate value: ""'),
        ({"addressType": "IPv4", "ports": [{"protocol": "X"}]}, 'supported values: "SCTP", "TCP", "UDP"'),
        ({"endpoints": []}, "addressType: Required value"),
    ],
)
def test_endpoint_slices(offline: OfflineApi, fields: dict, complaint: str) -> None:
    assert complaint in refusal(offline, "discovery.k8s.io/v1", "EndpointSlice", **fields)


def test_a_slice_counts_its_changes(offline: OfflineApi) -> None:
    old = offline.create(obj("discovery.k8s.io/v1", "EndpointSlice", **endpoint_slice()))[0]
    assert offline.update(old, {"metadata": {"annotations": {"a": "b"}}})["metadata"]["generation"] == 1
    assert offline.update(old, {"metadata": {"labels": {"a": "b"}}})["metadata"]["generation"] == 2
    assert offline.update(old, {"ports": [{"port": 81}]})["metadata"]["generation"] == 2


@pytest.mark.parametrize(
    ("subset", "complaint"),
    [
        ({}, "subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`"),
        ({"addresses": [{"ip": "one"}]}, "subsets[0].addresses[0].ip: Invalid value"),
        ({"addresses": [{"ip": "127.244.0.2"}], "ports": [{}]}, "subsets[0].ports[0].port: Invalid value: 0"),
    ],
)
def test_endpoints(offline: OfflineApi, subset: dict, complaint: str) -> None:
    assert complaint in refusal(offline, "v1", "Endpoints", subsets=[subset])


def test_config_maps(offline: OfflineApi) -> None:
    twice = refusal(offline, "v1", "ConfigMap", data={"k": "x"}, binaryData={"k": "eA=="})
    assert twice == 'data[k]: Invalid value: "k": duplicate of key present in binaryData'
    assert refusal(offline, "v1", "ConfigMap", data={"k": "x" * (1024 * 1024 + 1)}).startswith("[]: Too long")


def test_immutable_means_immutable(offline: OfflineApi) -> None:
    old = offline.create(obj("v1", "Secret", data={"k": "eA=="}, immutable=True))[0]
    with pytest.raises(ApiError, match="immutable: Forbidden: field is immutable when `immutable` is set"):
        offline.update(old, {"immutable": False})
    with pytest.raises(ApiError, match="data: Forbidden"):
        offline.update(old, {"data": {"k": "eQ=="}})
    assert offline.update(old, {"metadata": {"labels": {"a": "b"}}})["immutable"] is True


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("kubernetes.io/ssh-auth", "data[ssh-privatekey]: Required value"),
        ("kubernetes.io/dockerconfigjson", "data[.dockerconfigjson]: Required value"),
        ("kubernetes.io/basic-auth", "[data[username]: Required value, data[password]: Required value]"),
        (
            "kubernetes.io/service-account-token",
            "metadata.annotations[kubernetes.io/service-account.name]: Required value",
        ),
    ],
)
def test_typed_secrets_need_their_keys(offline: OfflineApi, kind: str, message: str) -> None:
    assert refusal(offline, "v1", "Secret", type=kind) == message


def pair(key: ec.EllipticCurvePrivateKey) -> tuple[bytes, bytes]:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "shop")])
    now = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + datetime.timedelta(1))
    pem, none = serialization.Encoding.PEM, serialization.NoEncryption()
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, none)
    return builder.sign(key, hashes.SHA256()).public_bytes(pem), private


def test_a_certificate_and_its_key(offline: OfflineApi) -> None:
    certificate, key = pair(ec.generate_private_key(ec.SECP256R1()))
    other = pair(ec.generate_private_key(ec.SECP256R1()))[1]
    assert complaint(certificate, key) == ""
    assert complaint(certificate, other) == "tls: private key does not match public key"
    assert complaint(certificate, b"") == "tls: failed to find any PEM data in key input"
    assert complaint(certificate, certificate) == (
        "tls: found a certificate rather than a key in the PEM for the private key"
    )
    assert "PEM inputs may have been switched" in complaint(key, certificate)
    data = {"tls.crt": base64.b64encode(certificate).decode(), "tls.key": base64.b64encode(key).decode()}
    assert offline.create(obj("v1", "Secret", type="kubernetes.io/tls", data=data))[1] == []


def test_taints_of_nodes(offline: OfflineApi) -> None:
    taint = {"key": "a", "effect": "NoSchedule"}
    assert "spec.taints[1]: Duplicate value" in refusal(offline, "v1", "Node", spec={"taints": [taint, taint]})
    assert 'supported values: "NoSchedule"' in refusal(
        offline, "v1", "Node", spec={"taints": [taint | {"effect": "x"}]}
    )


def test_leases(offline: OfflineApi) -> None:
    assert "must be greater than 0" in refusal(
        offline, "coordination.k8s.io/v1", "Lease", spec={"leaseDurationSeconds": 0}
    )


def test_events_are_where_their_object_is(offline: OfflineApi) -> None:
    about = {"kind": "Pod", "name": "p", "namespace": "other"}
    assert "does not match event.namespace" in refusal(offline, "v1", "Event", involvedObject=about)
    assert offline.create(obj("v1", "Event", involvedObject=about | {"namespace": "shop"}))[1] == []


@pytest.mark.parametrize(
    ("rule", "complaint"),
    [
        ({"apiGroups": [""], "resources": ["pods"]}, "rules[0].verbs: Required value: verbs must contain"),
        ({"verbs": ["get"], "resources": ["pods"]}, "rules[0].apiGroups: Required value"),
        ({"verbs": ["get"], "apiGroups": [""]}, "rules[0].resources: Required value"),
        ({"verbs": ["get"], "nonResourceURLs": ["/x"]}, "namespaced rules cannot apply to non-resource URLs"),
    ],
)
def test_roles(offline: OfflineApi, rule: dict, complaint: str) -> None:
    assert complaint in refusal(offline, RBAC, "Role", rules=[rule])


def test_bindings(offline: OfflineApi) -> None:
    role = {"kind": "Role", "name": "r"}
    subjects = [{"kind": "Robot", "name": "x"}]
    assert 'subjects[0].kind: Unsupported value: "Robot"' in refusal(
        offline, RBAC, "RoleBinding", roleRef=role, subjects=subjects
    )
    assert 'roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"' in refusal(
        offline, RBAC, "ClusterRoleBinding", roleRef=role
    )
    old = offline.create(obj(RBAC, "RoleBinding", roleRef=role))[0]
    with pytest.raises(ApiError, match="cannot change roleRef"):
        offline.update(old, {"roleRef": {"name": "other"}})
