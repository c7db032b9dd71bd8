"""Who may speak to the API: the certificate authority, the administrator's token, tokens of service accounts.

A service account's token stops to work when the account is gone, or what it was bound to (a Pod, a Secret, a Node).
"""

import base64
import hmac
import ssl
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from loopkube.api import credential_files, issued_certificates
from loopkube.api.account_tokens import ISSUER, AccountTokens
from loopkube.kinds.shared import signing_request
from loopkube.shared import addresses
from loopkube.shared.clock import Clock, parse

AUTHENTICATED, UNAUTHENTICATED, MASTERS = "system:authenticated", "system:unauthenticated", "system:masters"
_EXTRA = "authentication.kubernetes.io/"
_LEEWAY = timedelta(seconds=60)

Find = Callable[[str, str, str], dict | None]
"""(resource, namespace, name) → the object, or None."""


@dataclass(frozen=True)
class User:
    """Who asks."""

    name: str
    groups: tuple[str, ...] = ()
    uid: str = ""
    extra: dict[str, list[str]] = field(default_factory=dict, compare=False)

    def info(self) -> dict:
        """As objects tell of a user."""
        info: dict = {"username": self.name, "groups": list(self.groups)}
        return info | ({"uid": self.uid} if self.uid else {}) | ({"extra": self.extra} if self.extra else {})


ADMIN = User("kubernetes-admin", (MASTERS, AUTHENTICATED))
OWN = User("system:kube-aggregator", (MASTERS, AUTHENTICATED))
"""As whom this server looks at others."""
ANONYMOUS = User("system:anonymous", (UNAUTHENTICATED,))


def service_account_user(namespace: str, name: str, uid: str = "", extra: dict | None = None) -> User:
    """Who a ServiceAccount is: name and groups as in pkg/serviceaccount/util.go (UserInfo)."""
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
        self.tokens = AccountTokens((folder / "sa.key").read_bytes, self._clock)

    @classmethod
    def load_or_make(cls, folder: Path | str, clock: Clock | None = None) -> "Credentials":
        """Whole, whatever became of the files: see credential_files."""
        clock = clock or Clock()
        served = ("127.0.0.1", *addresses.KUBERNETES_SERVICES)
        return cls(Path(folder), clock, credential_files.complete(Path(folder), served, clock.now()))

    def tls(self) -> ssl.SSLContext:
        """What the server listens with; a client may show a certificate of the authority."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(self._folder / "server.crt", self._folder / "server.key")
        context.set_alpn_protocols(["http/1.1"])
        context.load_verify_locations(cadata=self.ca)
        context.verify_mode = ssl.CERT_OPTIONAL
        return context

    def authenticate(self, token: str, find: Find, audiences: Iterable[str] = (ISSUER,)) -> User | None:
        """The user whose token this is, or None."""
        if hmac.compare_digest(token.encode(errors="replace"), self._admin_token_bytes):
            return ADMIN if ISSUER in audiences else None
        claims = self.tokens.read(token, audiences)
        return self._account(claims, find) if claims else None

    def _account(self, claims: dict, find: Find) -> User | None:
        """The service account of a token, if it and the object the token is bound to still exist."""
        private = claims.get("kubernetes.io") or {}
        namespace, account = private.get("namespace", ""), private.get("serviceaccount") or {}
        if not self._exists(find("serviceaccounts", namespace, account.get("name", "")), account):
            return None
        extra = {f"{_EXTRA}credential-id": [f"JTI={claims.get('jti', '')}"]}
        for kind in ("pod", "secret", "node"):
            bound = private.get(kind)
            if bound is None:
                continue
            is_bound = kind != "node" or not private.get("pod")  # a Pod's token only tells where the Pod was
            scope = "" if kind == "node" else namespace
            if is_bound and not self._exists(find(f"{kind}s", scope, bound.get("name", "")), bound):
                return None
            extra |= {f"{_EXTRA}{kind}-{field}": [bound[field]] for field in ("name", "uid") if bound.get(field)}
        return service_account_user(namespace, account["name"], account["uid"], extra)

    def _exists(self, stored: dict | None, bound: dict) -> bool:
        """Whether it is there, and has not been about to go for longer than a minute (jwt.DefaultLeeway)."""
        if stored is None or stored["metadata"]["uid"] != bound.get("uid"):
            return False
        going = stored["metadata"].get("deletionTimestamp")
        return not going or parse(going) + _LEEWAY >= self._clock.now()

    def sign(self, request: str, usages: Sequence[str], seconds: int | None) -> str:
        """A certificate for a signing request, both as their objects have them. Raises ValueError."""
        files = {name: (self._folder / name).read_text() for name in ("ca.crt", "ca.key")}
        pem = issued_certificates.signed(files, signing_request.read(request), usages, seconds, self._clock.now())
        return base64.b64encode(pem.encode()).decode()

    def kubeconfig(self, url: str, *, token: str = "", name: str = "loopkube", namespace: str = "default") -> str:
        """A kubeconfig as YAML; the administrator's unless another token is given."""
        ca = base64.b64encode(self.ca.encode()).decode()
        return _KUBECONFIG.format(ca=ca, url=url, name=name, namespace=namespace, token=token or self.admin_token)


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
