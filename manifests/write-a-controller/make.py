"""Writes the given programs as ConfigMaps: `python manifests/write-a-controller/make.py` (a test tells when to)."""

from pathlib import Path

HERE = Path(__file__).parent
PROGRAM = HERE / "program"
HEAD = """\
# What is given to the controller: kube.py (the API) and proxy.py ({proxy}). Do not edit it here: it is a copy of
# manifests/write-a-controller/program, written by `python manifests/write-a-controller/make.py`.
apiVersion: v1
kind: ConfigMap
metadata:
  name: given-{proxy}
data:
"""
TARGETS = {
    "nginx": HERE / "controller" / "3-given.yaml",
    "caddy": HERE / "proxies" / "caddy" / "1-given.yaml",
    "envoy": HERE / "proxies" / "envoy" / "1-given.yaml",
}


def config_map(proxy: str) -> str:
    """The manifest, with each file as a block of indented text."""
    made = HEAD.format(proxy=proxy)
    for file in (PROGRAM / "kube.py", PROGRAM / proxy / "proxy.py"):
        made += f"  {file.name}: |\n"
        made += "".join(f"    {line}".rstrip() + "\n" for line in file.read_text(encoding="utf-8").splitlines())
    return made


if __name__ == "__main__":
    for proxy, target in TARGETS.items():
        target.write_text(config_map(proxy), encoding="utf-8")
        print(target)
