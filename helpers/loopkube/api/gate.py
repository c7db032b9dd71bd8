"""Who asks: the client certificate, the Host and Authorization headers, and impersonation (`kubectl --as`)."""

from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import unquote

from loopkube.api.authorization import Asked, Authorizer
from loopkube.api.certificates import NAMES
from loopkube.api.credentials import ANONYMOUS, AUTHENTICATED, Credentials, User, service_account_user
from loopkube.api.store.store import Store
from loopkube.shared import addresses
from loopkube.shared.status import ApiError, bad_request, refusal

_AUTHENTICATION, _EXTRA = "authentication.k8s.io", "impersonate-extra-"
_HOSTS = {*NAMES, "127.0.0.1", "[::1]", *addresses.KUBERNETES_SERVICES}


class Gate:
    """Turns the headers of a request into the user that it acts for."""

    def __init__(self, store: Store, credentials: Credentials, authorizer: Authorizer) -> None:
        self._store, self._credentials, self._authorizer = store, credentials, authorizer

    def user(self, headers: Mapping[str, str], certificate: User | None = None) -> User:
        """`certificate` is whom the connection's client certificate names; it goes before a token."""
        check_host(headers.get("Host", ""))
        user = certificate or self._authenticated(headers.get("Authorization", ""))
        if "Impersonate-User" in headers:
            return self._impersonated(user, headers)
        if "\nimpersonate-" in "\n".join(("", *headers)).lower():
            raise bad_request("requested to act for somebody without the header Impersonate-User")
        return user

    def _authenticated(self, authorization: str) -> User:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            return ANONYMOUS
        user = self._credentials.authenticate(token.strip(), self._find)
        if user is None:
            raise ApiError(401, "Unauthorized", "Unauthorized")
        return user

    def _find(self, resource: str, namespace: str, name: str) -> dict | None:
        stored = self._store.get(resource, namespace, name)
        return stored.obj if stored else None

    def _impersonated(self, user: User, headers: Mapping[str, str]) -> User:
        """Each part of the other identity needs the verb `impersonate`."""
        name, account = headers["Impersonate-User"], _account(headers["Impersonate-User"])
        if account:
            self._may(user, "serviceaccounts", account[1], namespace=account[0])
        else:
            self._may(user, "users", name)
        groups = tuple(value for header, value in headers.items() if header.lower() == "impersonate-group")
        for group in groups:
            self._may(user, "groups", group)
        uid, extra = headers.get("Impersonate-Uid", ""), _extra(headers)
        if uid:
            self._may(user, "uids", uid, group=_AUTHENTICATION)
        for key, values in extra.items():
            for value in values:
                self._may(user, "userextras", value, group=_AUTHENTICATION, subresource=key)
        return User(name, _groups(name, groups), uid, extra)

    def _may(self, user: User, resource: str, name: str, **more: str) -> None:
        self._authorizer.check(user, Asked("impersonate", resource=resource, name=name, **more))


def _groups(name: str, given: tuple[str, ...]) -> tuple[str, ...]:
    """The groups that were asked for, or those that such a user is in anyway."""
    if given:
        return given if AUTHENTICATED in given else (*given, AUTHENTICATED)
    if name == ANONYMOUS.name:
        return ANONYMOUS.groups
    account = _account(name)
    return service_account_user(*account).groups if account else (AUTHENTICATED,)


def _account(name: str) -> tuple[str, str] | None:
    """(namespace, name) of a service account's user name."""
    parts = name.split(":")
    is_account = name.startswith("system:serviceaccount:") and len(parts) == 4
    return (parts[2], parts[3]) if is_account else None


def _extra(headers: Mapping[str, str]) -> dict[str, list[str]]:
    extra: dict[str, list[str]] = {}
    for header, value in headers.items():
        if header.lower().startswith(_EXTRA):
            extra.setdefault(unquote(header.lower().removeprefix(_EXTRA)), []).append(value)
    return extra


@lru_cache(maxsize=32)
def check_host(host: str) -> None:
    """Only names of this machine: a web page elsewhere must not reach the API through a name of its own."""
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    if name.lower() not in _HOSTS:
        raise refusal(f"requests to host {name!r} are not served", {})
