"""A kubeconfig file, as far as the cluster's own parts need it: where the API is, whom to trust, who one is."""

import base64
import ssl
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Access:
    """The current context of a kubeconfig."""

    server: str
    ca: str
    token: str
    namespace: str = "default"

    def tls(self) -> ssl.SSLContext:
        """Trusts the cluster's own CA alone, or, where the kubeconfig names none, those of the system."""
        return ssl.create_default_context(cadata=self.ca) if self.ca else ssl.create_default_context()


def read(path: Path | str) -> Access:
    """Raises KeyError where the current context is not complete, OSError where there is no file."""
    import yaml

    config = yaml.safe_load(Path(path).read_text())
    context = _named(config["contexts"], config["current-context"])["context"]
    cluster = _named(config["clusters"], context["cluster"])["cluster"]
    user = _named(config["users"], context["user"])["user"]
    ca = base64.b64decode(cluster.get("certificate-authority-data", "")).decode()
    if not ca and "certificate-authority" in cluster:
        ca = (Path(path).parent / cluster["certificate-authority"]).read_text()
    return Access(cluster["server"], ca, user.get("token", ""), context.get("namespace", "default"))


def _named(entries: list[dict], name: str) -> dict:
    for entry in entries:
        if entry["name"] == name:
            return entry
    raise KeyError(name)
