"""Broken protobuf bodies are a 400 in kube-apiserver's words, whatever is broken."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loopkube.api import protobuf
from loopkube.kinds import Kind
from loopkube.shared.status import ApiError
from protobuf_writer import KINDS, SENT, body, envelope, kind_of, raw_message, received, stored

CONFIG = KINDS["v1", "ConfigMap"]
DEFINITION = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "a.b"}}


def refusal(data: bytes, kind: Kind = CONFIG) -> ApiError:
    with pytest.raises(ApiError) as caught:
        protobuf.to_json(data, kind)
    return caught.value


def test_another_kind_is_refused_as_in_json() -> None:
    for api_version, name in (("v1", "Pod"), ("batch/v1", "Job"), ("example.com/v1", "Widget")):
        data = protobuf.to_json(envelope(b"", api_version, name), CONFIG)
        with pytest.raises(ApiError) as caught:
            stored(data, CONFIG)
        assert caught.value.code == 400
        assert caught.value.message.startswith(f'{name} in version "v1" cannot be handled as a ConfigMap: ')


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty data (<empty>)"),
        (b"{}", "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0] ({})"),
        (b"k8s\x00", "empty body (6b387300)"),
        (b"k8s\x00\x0a\xff", "unexpected EOF (6b3873000aff)"),
        (b"k8s\x00\x0a\x7f" + bytes(40), f"unexpected EOF (6b3873000a7f{'00' * 24} ...)"),
    ],
)
def test_a_body_without_an_envelope(data: bytes, why: str) -> None:
    error = refusal(data)
    assert (error.code, error.reason) == (400, "BadRequest")
    assert error.message == f"the object provided is unrecognized (must be of type ConfigMap): {why}"


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"\x0a\x05ab", "unexpected EOF"),
        (b"\x0a", "unexpected EOF"),
        (b"\x08\x01", "proto: wrong wireType = 0 for field Metadata"),
        (b"\x0a\x02\x38\x80", "unexpected EOF"),
        (b"\x80" * 11, "proto: integer overflow"),
        (b"\x0a" + b"\xff" * 9 + b"\x01", "proto: negative length found during unmarshaling"),
        (b"\x0c", "proto: ConfigMap: wiretype end group for non-group"),
        (b"\x02\x00", "proto: ConfigMap: illegal tag 0 (wire type 2)"),
        (b"\xf7\x01", "proto: illegal wireType 7"),
    ],
)
def test_a_broken_message(raw: bytes, why: str) -> None:
    error = refusal(envelope(raw, "v1", "ConfigMap"))
    assert (error.code, error.message) == (400, f'ConfigMap in version "v1" cannot be handled as a ConfigMap: {why}')


def test_messages_that_are_too_deep() -> None:
    deep: dict = {}
    for _ in range(150):
        deep = {"not": deep}
    versions = [{"name": "v1", "schema": {"openAPIV3Schema": deep}}]
    assert refusal(body(DEFINITION | {"spec": {"versions": versions}}), kind_of(DEFINITION)).code == 400


@pytest.mark.parametrize("text", ["{", "[" * 300 + "]" * 300], ids=["broken", "deep"])
def test_json_inside_a_message(text: str) -> None:
    managed = raw_message((7, raw_message((1, text))))
    assert refusal(envelope(raw_message((1, raw_message((17, managed)))), "v1", "ConfigMap")).code == 400


def test_custom_kinds_have_no_protobuf_form() -> None:
    widget = Kind("example.com", "v1", "Widget", "widgets", "widget", True, custom={})
    error = refusal(envelope(b"", "example.com/v1", "Widget"), widget)
    assert (error.code, error.reason) == (415, "UnsupportedMediaType")


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_damaged_bodies_are_read_or_refused(data: st.DataObject) -> None:
    sent = data.draw(st.sampled_from(SENT))
    whole, kind = bytearray(base64.b64decode(sent["body"])), kind_of(sent["object"])
    for _ in range(data.draw(st.integers(0, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    end = data.draw(st.integers(0, len(whole)))
    try:
        received(bytes(whole[:end]), kind)
    except ApiError as error:
        assert error.code == 400
