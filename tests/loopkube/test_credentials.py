"""Tokens and files: who is let in, and what stays closed."""

import base64
import time
from datetime import datetime, timedelta
from pathlib import Path

import jwt
import pytest
import yaml
from loopkube.api.account_tokens import EXTENDED_TO, ISSUER
from loopkube.api.credentials import ADMIN, Credentials
from loopkube.client import kubeconfig
from loopkube.shared.clock import Clock

ACCOUNT = {"metadata": {"name": "robot", "namespace": "shop", "uid": "u-1"}}
POD = {"metadata": {"name": "web", "namespace": "shop", "uid": "u-2"}}
OBJECTS = {("serviceaccounts", "shop", "robot"): ACCOUNT, ("pods", "shop", "web"): POD}
BOUND = {"kind": "Pod", "name": "web", "uid": "u-2"}


def find(resource: str, namespace: str, name: str) -> dict | None:
    return OBJECTS.get((resource, namespace, name))


def test_files_are_private_and_kept(tmp_path: Path) -> None:
    made = Credentials.load_or_make(tmp_path / "credentials")
    modes = {p.name: p.stat().st_mode & 0o777 for p in (tmp_path / "credentials").iterdir()}
    assert set(modes.values()) == {0o600}
    assert set(modes) == {"ca.crt", "ca.key", "server.crt", "server.key", "sa.key", "admin.token"}
    assert Credentials.load_or_make(tmp_path / "credentials").admin_token == made.admin_token


def test_the_administrator(credentials: Credentials) -> None:
    assert credentials.authenticate(credentials.admin_token, find) is ADMIN
    for wrong in ("", "x", credentials.admin_token + "x", "a.b.c", "\udcff"):
        assert credentials.authenticate(wrong, find) is None


def test_a_service_account(credentials: Credentials) -> None:
    token, expires = credentials.tokens.issue(ACCOUNT, seconds=900, bound=BOUND)
    user = credentials.authenticate(token, find)
    assert user is not None and user.name == "system:serviceaccount:shop:robot" and user.uid == "u-1"
    assert user.groups == ("system:serviceaccounts", "system:serviceaccounts:shop", "system:authenticated")
    assert user.extra["authentication.kubernetes.io/pod-name"] == ["web"]
    assert 890 < expires - time.time() <= 900
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["iss"] == ISSUER and claims["kubernetes.io"]["pod"] == {"name": "web", "uid": "u-2"}


@pytest.mark.parametrize("gone", [("serviceaccounts", "shop", "robot"), ("pods", "shop", "web")])
def test_a_token_dies_with_what_it_is_bound_to(credentials: Credentials, gone: tuple) -> None:
    token, _ = credentials.tokens.issue(ACCOUNT, bound=BOUND)
    rest = {key: value for key, value in OBJECTS.items() if key != gone}
    assert credentials.authenticate(token, lambda *key: rest.get(key)) is None
    replaced = rest | {gone: {"metadata": {"uid": "another"}}}
    assert credentials.authenticate(token, lambda *key: replaced.get(key)) is None


def test_tokens_that_do_not_count(credentials: Credentials, tmp_path: Path) -> None:
    expired, _ = credentials.tokens.issue(ACCOUNT, seconds=-1)
    other_audience, _ = credentials.tokens.issue(ACCOUNT, audiences=["vault"])
    foreign, _ = Credentials.load_or_make(tmp_path).tokens.issue(ACCOUNT)
    claims = jwt.decode(foreign, options={"verify_signature": False})
    unsigned = jwt.encode(claims, None, algorithm="none")
    for token in (expired, other_audience, foreign, unsigned):
        assert credentials.authenticate(token, find) is None


class LaterClock(Clock):
    later = 0.0

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=self.later)


def test_the_token_of_every_pod_is_taken_for_a_year(tmp_path: Path) -> None:
    clock = LaterClock()
    credentials = Credentials.load_or_make(tmp_path / "credentials", clock)
    token, renew = credentials.tokens.issue(ACCOUNT, seconds=3607, bound=BOUND)
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["exp"] - claims["iat"] == EXTENDED_TO == 31_536_000
    assert claims["kubernetes.io"]["warnafter"] == renew == claims["iat"] + 3607
    for later, good in ((4000, True), (EXTENDED_TO - 60, True), (EXTENDED_TO + 1, False)):
        clock.later = later
        assert bool(credentials.authenticate(token, find)) is good, later


@pytest.mark.parametrize(
    "asked",
    [{"seconds": 3600, "bound": BOUND}, {"seconds": 3607}, {"seconds": 3607, "bound": BOUND, "audiences": ["vault"]}],
    ids=["another time", "bound to no Pod", "for another audience"],
)
def test_other_tokens_end_when_they_say(tmp_path: Path, asked: dict) -> None:
    clock = LaterClock()
    credentials = Credentials.load_or_make(tmp_path / "credentials", clock)
    token, _ = credentials.tokens.issue(ACCOUNT, **asked)
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["exp"] - claims["iat"] == asked["seconds"] and "warnafter" not in claims["kubernetes.io"]
    clock.later = 4000
    assert credentials.authenticate(token, find) is None


def test_a_kubeconfig(credentials: Credentials, tmp_path: Path) -> None:
    text = credentials.kubeconfig("https://127.0.0.1:1", token="t", namespace="shop")
    document = yaml.safe_load(text)
    ca = document["clusters"][0]["cluster"]["certificate-authority-data"]
    assert base64.b64decode(ca).decode() == credentials.ca
    (tmp_path / "config").write_text(text)
    access = kubeconfig.read(tmp_path / "config")
    assert (access.server, access.token, access.namespace, access.ca) == (
        "https://127.0.0.1:1",
        "t",
        "shop",
        credentials.ca,
    )
    access.tls()
