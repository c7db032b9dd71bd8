"""Who asks: the Host and Authorization headers, and impersonation (`kubectl --as`)."""

from collections.abc import Mapping

from loopkube import addresses
from loopkube.api.authorization import Asked, Authorizer
from loopkube.api.certificates import NAMES
from loopkube.api.credentials import ANONYMOUS, AUTHENTICATED, Credentials, User, service_account_user
from loopkube.api.errors import ApiError
from loopkube.store import Store

_HOSTS = {*NAMES, "127.0.0.1", "[::1]", addresses.KUBERNETES_SERVICE}


class Gate:
    """Turns the headers of a request into the user that it acts for."""

    def __init__(self, store: Store, credentials: Credentials, authorizer: Authorizer) -> None:
        self._store, self._credentials, self._authorizer = store, credentials, authorizer

    def user(self, headers: Mapping[str, str]) -> User:
        check_host(headers.get("Host", ""))
        user = self._authenticated(headers.get("Authorization", ""))
        return user if "Impersonate-User" not in headers else self._impersonated(user, headers)

    def _authenticated(self, authorization: str) -> User:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            return ANONYMOUS
        user = self._credentials.authenticate(token.strip(), self._find)
        if user is None:
            raise ApiError(401, "Unauthorized", "Unauthorized")
        return user

    def _find(self, resource: str, namespace: str, name: str) -> dict | None:
        found = self._store.get(resource, namespace, name)
        return found.obj if found else None

    def _impersonated(self, user: User, headers: Mapping[str, str]) -> User:
        name = headers["Impersonate-User"]
        groups = tuple(getattr(headers, "getall", lambda n, d: d)("Impersonate-Group", []))
        parts = name.split(":")
        if name.startswith("system:serviceaccount:") and len(parts) == 4:
            asked = Asked("impersonate", resource="serviceaccounts", namespace=parts[2], name=parts[3])
            acting = service_account_user(parts[2], parts[3])
        else:
            asked = Asked("impersonate", resource="users", name=name)
            acting = User(name, (AUTHENTICATED,)) if name != ANONYMOUS.name else ANONYMOUS
        self._authorizer.check(user, asked)
        for group in groups:
            self._authorizer.check(user, Asked("impersonate", resource="groups", name=group))
        if not groups:
            return acting
        always = () if name == ANONYMOUS.name or AUTHENTICATED in groups else (AUTHENTICATED,)
        return User(name, (*groups, *always))


def check_host(host: str) -> None:
    """Only names of this machine: a web page elsewhere must not reach the API through a name of its own."""
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    if name.lower() not in _HOSTS:
        raise ApiError(403, "Forbidden", f"requests to host {name!r} are not served", {})
