"""Who may speak to the API: the certificate authority, the administrator's token, tokens of service accounts.

A service account's token is a JWT that names the account and the Pod it was made for; it stops to work when either
is gone. https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#bound-service-account-tokens
"""

import base64
import functools
import hmac
import ssl
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from loopkube.api import credential_files
from loopkube.shared import addresses
from loopkube.shared.clock import Clock

ISSUER = "https://kubernetes.default.svc.cluster.local"
AUTHENTICATED, UNAUTHENTICATED, MASTERS = "system:authenticated", "system:unauthenticated", "system:masters"
KEPT_TOKENS = 1000
EXTENDED_FROM, EXTENDED_TO = 3607, 365 * 24 * 3600
"""The token that every Pod is given asks for 3607 s, and is valid for a year: programs that read its file only once
go on (kube-apiserver's --service-account-extend-token-expiration, true by default)."""

Find = Callable[[str, str, str], dict | None]
"""(resource, namespace, name) → the object, or None."""


@dataclass(frozen=True)
class User:
    """Who asks."""

    name: str
    groups: tuple[str, ...] = ()
    uid: str = ""
    extra: dict[str, list[str]] = field(default_factory=dict, compare=False)


ADMIN = User("kubernetes-admin", (MASTERS, AUTHENTICATED))
ANONYMOUS = User("system:anonymous", (UNAUTHENTICATED,))


def service_account_user(namespace: str, name: str, uid: str = "", extra: dict | None = None) -> User:
    groups = ("system:serviceaccounts", f"system:serviceaccounts:{namespace}", AUTHENTICATED)
    return User(f"system:serviceaccount:{namespace}:{name}", groups, uid, extra or {})


class Credentials:
    """The files of one folder, all 0600: ca.crt, ca.key, server.crt, server.key, sa.key, admin.token."""

    issuer = ISSUER

    def __init__(self, folder: Path, clock: Clock | None = None, notices: Iterable[str] = ()) -> None:
        """`notices` is what a person should know about the files, in sentences."""
        self._folder, self._clock, self.notices = folder, clock or Clock(), list(notices)
        self.ca = (folder / "ca.crt").read_text()
        self.admin_token = (folder / "admin.token").read_text().strip()
        self._admin_token_bytes = self.admin_token.encode()
        self._claims: dict[str, dict] = {}

    @classmethod
    def load_or_make(cls, folder: Path | str, clock: Clock | None = None) -> "Credentials":
        """Whole, whatever became of the files: see credential_files."""
        clock = clock or Clock()
        served = ("127.0.0.1", *addresses.KUBERNETES_SERVICES)
        return cls(Path(folder), clock, credential_files.complete(Path(folder), served, clock.now()))

    def tls(self) -> ssl.SSLContext:
        """What the server listens with."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(self._folder / "server.crt", self._folder / "server.key")
        context.set_alpn_protocols(["http/1.1"])
        return context

    def authenticate(self, token: str, find: Find) -> User | None:
        """The user whose token this is, or None."""
        if hmac.compare_digest(token.encode(errors="replace"), self._admin_token_bytes):
            return ADMIN
        claims = self._read(token)
        return _account(claims, find) if claims else None

    def _read(self, token: str) -> dict | None:
        """The claims of a token that this cluster has signed and that is still valid."""
        if token.count(".") != 2:
            return None
        claims = self._claims.get(token)
        if claims is None:
            claims = self._verify(token)
            if claims is None:
                return None
            if len(self._claims) >= KEPT_TOKENS:
                self._claims.clear()
            self._claims[token] = claims
        # Not `nbf`: this cluster has signed it, so a token "of the future" tells of a clock that was set back.
        return claims if claims["exp"] > self._clock.now().timestamp() else None

    def _verify(self, token: str) -> dict | None:
        """The claims of a token that this cluster has signed, whenever that was."""
        import jwt

        needed = ["exp", "nbf", "iss", "aud", "sub"]
        try:
            return jwt.decode(
                token,
                self._signing_key.public_key(),
                algorithms=["ES256"],
                audience=ISSUER,
                issuer=ISSUER,
                options={"require": needed, "verify_exp": False, "verify_nbf": False, "verify_iat": False},
            )
        except jwt.InvalidTokenError:
            return None

    @functools.cached_property
    def _signing_key(self):
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        return load_pem_private_key((self._folder / "sa.key").read_bytes(), None)

    def issue_token(
        self,
        account: dict,
        *,
        seconds: int = 3600,
        audiences: list[str] | None = None,
        bound: dict | None = None,
        node: str = "",
    ) -> tuple[str, int]:
        """(token, the second in which it should be renewed) for a ServiceAccount; `bound` is {kind, name, uid}."""
        import jwt

        place, now = account["metadata"], int(self._clock.now().timestamp())
        private: dict = {
            "namespace": place["namespace"],
            "serviceaccount": {"name": place["name"], "uid": place["uid"]},
        }
        if bound:
            private[bound["kind"].lower()] = {"name": bound["name"], "uid": bound["uid"]}
        if node:
            private["node"] = {"name": node}
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
            "sub": f"system:serviceaccount:{place['namespace']}:{place['name']}",
        }
        return jwt.encode(claims, self._signing_key, algorithm="ES256"), now + seconds

    def kubeconfig(self, url: str, *, token: str = "", name: str = "loopkube", namespace: str = "default") -> str:
        """A kubeconfig as YAML; the administrator's unless another token is given."""
        ca = base64.b64encode(self.ca.encode()).decode()
        return _KUBECONFIG.format(ca=ca, url=url, name=name, namespace=namespace, token=token or self.admin_token)


def _account(claims: dict, find: Find) -> User | None:
    """The service account of a token, if it and the object the token is bound to still exist."""
    private = claims.get("kubernetes.io") or {}
    namespace, account = private.get("namespace", ""), private.get("serviceaccount") or {}
    if not _exists(find, "serviceaccounts", namespace, account):
        return None
    extra = {"authentication.kubernetes.io/credential-id": [f"JTI={claims.get('jti', '')}"]}
    for kind in ("pod", "secret"):
        bound = private.get(kind)
        if bound is None:
            continue
        if not _exists(find, f"{kind}s", namespace, bound):
            return None
        extra[f"authentication.kubernetes.io/{kind}-name"] = [bound["name"]]
        extra[f"authentication.kubernetes.io/{kind}-uid"] = [bound["uid"]]
    return service_account_user(namespace, account["name"], account["uid"], extra)


def _exists(find: Find, resource: str, namespace: str, wanted: dict) -> bool:
    found = find(resource, namespace, wanted.get("name", ""))
    return found is not None and found["metadata"]["uid"] == wanted.get("uid")


_KUBECONFIG = """\
apiVersion: v1
kind: Config
clusters:
- name: {name}
  cluster:
    certificate-authority-data: {ca}
    server: {url}
contexts:
- name: {name}
  context:
    cluster: {name}
    namespace: {namespace}
    user: {name}
current-context: {name}
preferences: {{}}
users:
- name: {name}
  user:
    token: {token}
"""
