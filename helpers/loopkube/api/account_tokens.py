"""Tokens of service accounts: signed here, and judged by anybody who knows the public key.

A token is a JWT that names the account and what it is bound to. Its key is published as OpenID Connect wants it.
https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#bound-service-account-tokens
"""

import base64
import functools
import hashlib
import json
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from loopkube.shared.clock import Clock

ISSUER = "https://kubernetes.default.svc.cluster.local"
CONFIGURATION, KEYS = "/.well-known/openid-configuration", "/openid/v1/jwks"
EXTENDED_FROM, EXTENDED_TO = 3607, 365 * 24 * 3600
"""The token that every Pod is given asks for 3607 s, and is valid for a year: programs that read its file only once
go on (kube-apiserver's --service-account-extend-token-expiration, true by default)."""
_ALGORITHM = "ES256"
_KEPT = 1000
_NEEDED = ["exp", "nbf", "iss", "aud", "sub"]


class AccountTokens:
    """`key` reads the private key when it is needed first."""

    def __init__(self, key: Callable[[], bytes], clock: Clock) -> None:
        self._read_key, self._clock = key, clock
        self._claims: dict[str, dict] = {}

    def issue(
        self, account: dict, *, seconds: int = 3600, audiences: list[str] | None = None, bound: dict | None = None
    ) -> tuple[str, int]:
        """(token, the second in which it should be renewed); `bound` is {kind, name, uid}, a Pod's with its node."""
        import jwt

        metadata, now = account["metadata"], int(self._clock.now().timestamp())
        private: dict = {
            "namespace": metadata["namespace"],
            "serviceaccount": {"name": metadata["name"], "uid": metadata["uid"]},
        }
        if bound:
            private[bound["kind"].lower()] = {"name": bound["name"], "uid": bound["uid"]}
        if bound and bound.get("node"):
            private["node"] = bound["node"]
        lasts = seconds
        if seconds == EXTENDED_FROM and bound and bound["kind"] == "Pod" and set(audiences or ()) <= {ISSUER}:
            private["warnafter"], lasts = now + seconds, EXTENDED_TO
        claims = {
            "aud": audiences or [ISSUER],
            "exp": now + lasts,
            "iat": now,
            "iss": ISSUER,
            "jti": str(uuid.uuid4()),
            "kubernetes.io": private,
            "nbf": now,
            "sub": f"system:serviceaccount:{metadata['namespace']}:{metadata['name']}",
        }
        return jwt.encode(claims, self._key, algorithm=_ALGORITHM, headers={"kid": self._key_id}), now + seconds

    def read(self, token: str, audiences: Iterable[str] = (ISSUER,)) -> dict | None:
        """The claims of a token of this cluster for one of the audiences that is still valid."""
        if token.count(".") != 2:
            return None
        claims = self._claims.get(token)
        if claims is None:
            claims = self._verify(token)
            if claims is None:
                return None
            if len(self._claims) >= _KEPT:
                self._claims.clear()
            self._claims[token] = claims
        # Not `nbf`: this cluster has signed it, so a token "of the future" tells of a clock that was set back.
        good = claims["exp"] > self._clock.now().timestamp() and set(claims["aud"]) & set(audiences)
        return claims if good else None

    def _verify(self, token: str) -> dict | None:
        """The claims of a token that this cluster has signed, whenever that was and for whom."""
        import jwt

        unchecked = ("verify_exp", "verify_nbf", "verify_iat", "verify_aud")
        options: Any = {"require": _NEEDED} | dict.fromkeys(unchecked, False)
        try:
            return jwt.decode(token, self._key.public_key(), algorithms=[_ALGORITHM], issuer=ISSUER, options=options)
        except jwt.InvalidTokenError:
            return None

    @functools.cached_property
    def _key(self):
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        return load_pem_private_key(self._read_key(), None)

    @functools.cached_property
    def _key_id(self) -> str:
        """As Kubernetes names a key: by the hash of its public half."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        public = self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return base64.urlsafe_b64encode(hashlib.sha256(public).digest()).rstrip(b"=").decode()

    def keys(self) -> dict:
        """The document at KEYS."""
        from jwt.algorithms import ECAlgorithm

        point = json.loads(ECAlgorithm.to_jwk(self._key.public_key()))
        return {"keys": [{"use": "sig", "kid": self._key_id, "alg": _ALGORITHM} | point]}

    @staticmethod
    def configuration(address: str) -> dict:
        """The document at CONFIGURATION; `address` is the server's HOST:PORT."""
        return {
            "issuer": ISSUER,
            "jwks_uri": f"https://{address}{KEYS}",
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [_ALGORITHM],
        }
