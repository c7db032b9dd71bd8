"""Who may come in: addresses, passwords, satisfy (annotations/ipallowlist, ipdenylist, auth, satisfy)."""

import base64
from dataclasses import dataclass

import values
from annotations import MEDIUM, Denied, Reader, Rule
from objects import Cluster
from words import literal

RULES = {
    "allowlist-source-range": Rule(values.networks, MEDIUM, ("whitelist-source-range",)),
    "denylist-source-range": Rule(values.networks, MEDIUM),
    "satisfy": Rule(values.one_of("any", "all")),
    "auth-type": Rule(values.holds("basic|digest")),
    "auth-secret": Rule(values.shaped(values.BASIC_CHARS, spaces_count=False), MEDIUM),
    "auth-secret-type": Rule(values.holds("auth-file|auth-map")),
    "auth-realm": Rule(values.shaped(values.WITH_SPACES), MEDIUM),
}


@dataclass(frozen=True)
class Access:
    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    satisfy: str = ""
    realm: str = ""
    password_file: str = ""
    passwords: bytes = b""


def read(reader: Reader, cluster: Cluster) -> Access:
    password_file, passwords = _passwords(reader, cluster)
    return Access(
        allow=_networks(reader, "allowlist-source-range"),
        deny=_networks(reader, "denylist-source-range"),
        satisfy=reader.text("satisfy"),
        realm=reader.text("auth-realm", strict=bool(password_file)),
        password_file=password_file,
        passwords=passwords,
    )


def address_lines(access: Access) -> list[str]:
    """Template lines 1205 to 1214."""
    allowed = [f"allow {network};" for network in access.allow]
    return [f"deny {network};" for network in access.deny] + (allowed and [*allowed, "deny all;"])


def password_lines(access: Access, set_header: str) -> list[str]:
    """Template line 1254. The password is not handed on to the application."""
    if not access.password_file:
        return []
    realm = f"auth_basic {literal(access.realm)};"
    return [realm, f"auth_basic_user_file {access.password_file};", f'{set_header} Authorization "";']


def _networks(reader: Reader, name: str) -> tuple[str, ...]:
    """A list that cannot be read denies all: nobody comes in by a typing error."""
    if not reader.has(name):
        return ()
    value = next(reader.given[each] for each in (name, *RULES[name].aliases) if reader.given.get(each))
    networks = values.parse_networks(value)
    if networks is None:
        raise Denied(f"annotation {name} contains invalid value")
    return tuple(networks)


def _passwords(reader: Reader, cluster: Cluster) -> tuple[str, bytes]:
    """(file, its content) as auth.Parse makes them of the Secret."""
    kind = reader.text("auth-type", strict=True)
    if not kind:
        return "", b""
    if "basic" not in kind:
        raise Denied("auth-type digest needs a module that this nginx does not have")
    secret_type = reader.text("auth-secret-type", "auth-file", strict=True)
    namespace, _, name = ("/" + reader.text("auth-secret")).rpartition("/")
    namespace = namespace.strip("/") or reader.namespace
    if not name:
        raise Denied("error reading secret name from annotation: ingress rule without annotations")
    if namespace != reader.namespace:
        raise Denied("cross namespace usage of secrets is not allowed")
    data = cluster.secret(namespace, name)
    if data is None:
        raise Denied(f"unexpected error reading secret {namespace}/{name}: no object matching key in local store")
    if secret_type == "auth-map":  # noqa: S105 - the annotation's own word
        content = b"".join(
            user.encode() + b":" + base64.b64decode(word) + b"\n" for user, word in sorted(data.items())
        )
    elif secret_type == "auth-file" and "auth" in data:  # noqa: S105
        content = base64.b64decode(data["auth"])
    else:
        raise Denied(f"the secret {name} does not contain a key with value auth")
    uid = reader.ingress["metadata"].get("uid", "")
    return f"passwords/{namespace}-{uid or reader.ingress['metadata']['name']}.passwd", content
