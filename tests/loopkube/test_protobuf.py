"""The protobuf form of an Ingress: what Go's clients put on the wire becomes the JSON form."""

import pytest
from loopkube.api import protobuf


def varint(value: int) -> bytes:
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def message(*fields: tuple[int, object]) -> bytes:
    """Fields as generated.pb.go writes them: strings and messages with a length, numbers as varints."""
    out = b""
    for number, value in fields:
        if isinstance(value, int):
            out += varint(number << 3) + varint(value % (1 << 64))
        else:
            content = value.encode() if isinstance(value, str) else value
            out += varint(number << 3 | 2) + varint(len(content)) + content
    return out


def body(raw: bytes, kind: str = "Ingress", api_version: str = "networking.k8s.io/v1") -> bytes:
    return protobuf.MAGIC + message((1, message((1, api_version), (2, kind))), (2, raw), (3, ""), (4, ""))


def test_an_ingress_with_everything_that_the_series_uses() -> None:
    meta = message(
        (1, "shop"), (2, ""), (3, "default"), (5, "u-1"), (6, "42"), (7, 3), (8, message((1, 1_800_000_000), (2, 0))),
        (11, message((1, "tier"), (2, "front"))), (12, message((1, "note"), (2, ""))), (14, "a/b"),
        (13, message((1, "Service"), (3, "s"), (4, "u-2"), (5, "v1"), (6, 1))), (17, message((1, "kubectl"))),
    )  # fmt: skip
    backend = message((4, message((1, "order"), (2, message((1, ""), (2, 80))))))
    path = message((1, "/order"), (2, backend), (3, "Prefix"))
    rule = message((1, "example.com"), (2, message((1, message((1, path))))))
    spec = message((2, message((1, "example.com"), (2, "cert"))), (3, rule), (3, message((1, "bare"))), (4, "traefik"))
    status = message((1, message((1, message((1, ""), (2, "localhost"))))))
    assert protobuf.decode(body(message((1, meta), (2, spec), (3, status)))) == {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {
            "name": "shop",
            "namespace": "default",
            "uid": "u-1",
            "resourceVersion": "42",
            "generation": 3,
            "creationTimestamp": "2027-01-15T08:00:00Z",
            "labels": {"tier": "front"},
            "annotations": {"note": ""},
            "ownerReferences": [
                {"kind": "Service", "name": "s", "uid": "u-2", "apiVersion": "v1", "controller": True},
            ],
            "finalizers": ["a/b"],
        },
        "spec": {
            "tls": [{"hosts": ["example.com"], "secretName": "cert"}],
            "rules": [
                {
                    "host": "example.com",
                    "http": {
                        "paths": [
                            {
                                "path": "/order",
                                "pathType": "Prefix",
                                "backend": {"service": {"name": "order", "port": {"number": 80}}},
                            }
                        ]
                    },
                },
                {"host": "bare"},
            ],
            "ingressClassName": "traefik",
        },
        "status": {"loadBalancer": {"ingress": [{"hostname": "localhost"}]}},
    }


@pytest.mark.parametrize(
    "bad",
    [b"", b"{}", b"k8s\x00\x0a\xff", body(b"\x0a\x05ab"), body(b"\x0b"), body(b"", kind="Pod"), body(b"\x08\x01")],
    ids=["empty", "json", "no end", "short", "group", "another kind", "number for message"],
)
def test_what_is_no_protobuf_is_refused(bad: bytes) -> None:
    with pytest.raises(protobuf.NotProtobuf):
        protobuf.decode(bad)


def test_which_kinds_are_read() -> None:
    assert protobuf.reads("networking.k8s.io/v1", "Ingress")
    assert not protobuf.reads("v1", "Pod")
