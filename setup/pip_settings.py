"""pip's settings of this machine as uv's: prints lines for a shell. What uv was told itself goes over it.

Run by the Python of `.venv` before anything else is installed; `pip config list` reads pip's files and PIP_*.
"""

import ast
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping

SECTIONS = ("global", "install", ":env:")  # a later one goes over an earlier one
ALWAYS = {"UV_INDEX_STRATEGY": "unsafe-best-match", "UV_PYTHON_DOWNLOADS": "never"}
"""pip asks all indexes alike; the hashes of the lock say which files will do."""
NAMES = {
    "index-url": ("UV_DEFAULT_INDEX", " "),
    "extra-index-url": ("UV_INDEX", " "),
    "find-links": ("UV_FIND_LINKS", ","),
    "trusted-host": ("UV_INSECURE_HOST", " "),
    "cert": ("SSL_CERT_FILE", ""),
    "client-cert": ("SSL_CLIENT_CERT", ""),
    "proxy": ("ALL_PROXY", ""),
    "timeout": ("UV_HTTP_TIMEOUT", ""),
    "default-timeout": ("UV_HTTP_TIMEOUT", ""),
}
"""{pip's: (uv's, what stands between several)}."""
SWITCHES = {"no-index": "UV_NO_INDEX", "no-cache-dir": "UV_NO_CACHE"}


def read(listed: str) -> dict[str, str]:
    """What `pip config list` prints, by name: of several sections the strongest."""
    found: dict[str, dict[str, str]] = {section: {} for section in SECTIONS}
    for line in listed.splitlines():
        key, _, value = line.partition("=")
        section, _, name = key.rpartition(".")
        if section in found and value:
            found[section][name] = str(ast.literal_eval(value))
    return {name: value for section in SECTIONS for name, value in found[section].items()}


def settings(pip: Mapping[str, str], environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """uv's variables that say what pip's settings say."""
    said = dict(ALWAYS)
    for name, value in pip.items():
        if name in NAMES:
            variable, between = NAMES[name]
            said[variable] = between.join(value.split()) if between else value
        elif name in SWITCHES and value.lower() in ("1", "true", "yes", "on"):
            said[SWITCHES[name]] = "1"
    if "SSL_CERT_FILE" not in said and environment.get("REQUESTS_CA_BUNDLE"):
        said["SSL_CERT_FILE"] = environment["REQUESTS_CA_BUNDLE"]
    if environment.get("PYTHONDONTWRITEBYTECODE"):  # or every start would compile all that it loads
        said["UV_COMPILE_BYTECODE"] = "1"
    yield from ((name, value) for name, value in said.items() if not environment.get(name))


def main() -> None:
    command = [sys.executable, "-m", "pip", "config", "list"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    for name, value in settings(read(listed), os.environ):
        print(f"export {name}={shlex.quote(value)}")


if __name__ == "__main__":
    main()
