"""What counts for a whole host: server-alias, ssl-ciphers (annotations/alias, annotations/sslcipher)."""

from dataclasses import dataclass

import values
from annotations import HIGH, Reader, Rule

_CIPHERS = r"(?:(?:[A-Za-z0-9!:+\-_])|(?:@STRENGTH)|(?:@SECLEVEL=[0-5]))*"
RULES = {
    "server-alias": Rule(values.server_names, HIGH),
    "ssl-ciphers": Rule(values.shaped(_CIPHERS, spaces_count=False)),
    "ssl-prefer-server-ciphers": Rule(values.boolean),
}


@dataclass(frozen=True)
class ServerSettings:
    aliases: tuple[str, ...] = ()
    ciphers: str = ""
    prefer_server_ciphers: str = ""


def read(reader: Reader) -> ServerSettings:
    prefer = reader.flag("ssl-prefer-server-ciphers")
    return ServerSettings(
        aliases=tuple(
            sorted({name.strip() for name in reader.text("server-alias", strict=True).split(",")} - {""})
        ),
        ciphers=reader.text("ssl-ciphers", strict=True),
        prefer_server_ciphers=("on" if prefer else "off") if reader.has("ssl-prefer-server-ciphers") else "",
    )
