"""What cannot be sent is refused in a sentence, before any library is asked."""

import pytest
from ingress_lab.http import transport
from ingress_lab.http.answers import Answers
from ingress_lab.http.probe import Client, probe
from ingress_lab.lessons.comparing import compare
from ingress_lab.lessons.predictions import predict
from ingress_lab.manifests import load
from labcore.clusters import Entry
from labcore.errors import BadArgument, BadManifest, UnknownName

ENTRY = Entry("127.0.0.1", 1, 1)
URL = "http://a.example.com/"
CALLS = {
    "no URL": (lambda: probe(5, entry=ENTRY), BadArgument, "5 is not a URL"),
    "no URL in a list": (lambda: probe([None], entry=ENTRY), BadArgument, '"None" is not a URL'),
    "setting": (lambda: probe(URL, entry=ENTRY, cookie=True), UnknownName, 'the nearest is "cookies"'),
    "method": (lambda: probe(URL, entry=ENTRY, method="GE T"), BadArgument, "not an HTTP method"),
    "value of a header": (lambda: probe(URL, entry=ENTRY, headers={"A": "b\nc"}), BadArgument, "value of header A"),
    "name of a header": (lambda: probe(URL, entry=ENTRY, headers={"ä b": "c"}), BadArgument, "name of a header"),
    "source": (lambda: Client(ENTRY, source="300.1.1.1"), BadArgument, "not an address"),
    "CA": (lambda: Client(ENTRY, ca="/nope.pem"), BadArgument, "no CA file /nope.pem"),
    "column": (lambda: Answers().count("pods"), UnknownName, 'the nearest is "pod"'),
    "heading": (lambda: predict([URL], about="nod"), UnknownName, 'the nearest is "node"'),
    "comparison": (lambda: compare(5, 6), BadArgument, "compare wants predictions"),
    "manifest": (lambda: load(5), BadManifest, "5 is not a manifest"),
}


@pytest.mark.parametrize("call", CALLS)
def test_a_wrong_call_ends_in_a_sentence(call: str) -> None:
    run, kind, words = CALLS[call]
    with pytest.raises(kind, match=words):
        run()


def test_methods_and_headers_that_http_allows() -> None:
    transport.require_sendable("PROPFIND", {"X-Forwarded-For": "10.0.0.1", "Cookie": "a=1; b=é"})
