"""Writes the programs as ConfigMaps into the experiments' folders: `python manifests/app/make.py`.

A ConfigMap holds text, and `kubectl apply -f FOLDER` takes only what is in the folder; so each experiment
carries its own copies. A test says so when a copy is older than its program.
"""

from pathlib import Path

HERE = Path(__file__).parent
FOLDERS = {
    "app": (
        "start-here", "url-mapping", "url-mapping/rival", "services", "service-and-ingress", "controllers-lesson",
        "names", "old-manifests", "tls", "layers", "kind", "many-nodes", "gateway-api", "leaving",
        "write-a-controller", "capstone",
    ),
    "client": (
        "services", "service-and-ingress", "controllers-lesson", "session-affinity", "tls", "kind", "url-mapping/habit",
        "reverse-proxy", "many-nodes", "layers", "leaving", "write-a-controller",
        "capstone", "rollouts",
    ),
    "ask": ("services", "layers"),
    "shop": ("session-affinity",),
    "moody": ("reverse-proxy", "gateway-api"),
    "asker": ("many-nodes/asker", "leaving/cut-over"),
    "far": ("many-nodes/far",),
    "steady": ("rollouts",),
}  # fmt: skip
WHOSE = {
    "app": "The program of this experiment's applications.",
    "client": "The program of the clients in clients.yaml.",
    "ask": "The program that asks the cluster's DNS for names.",
    "shop": "The program of the shop.",
    "moody": "The program of this experiment's applications.",
    "asker": "The program of the client that asks again and again.",
    "far": "The program of the long line.",
    "steady": "The program of this experiment's applications.",
}
HEAD = """\
# {whose} Do not edit it here: it is a copy of manifests/app/{name}.py,
# written by `python manifests/app/make.py`.
apiVersion: v1
kind: ConfigMap
metadata:
  name: {name}
data:
  {name}.py: |
"""


def config_map(name: str = "app") -> str:
    """The manifest, with the program as a block of indented text."""
    lines = (HERE / f"{name}.py").read_text(encoding="utf-8").splitlines()
    head = HEAD.format(name=name, whose=WHOSE[name])
    return head + "".join(f"    {line}".rstrip() + "\n" for line in lines)


def copies(name: str = "app") -> list[Path]:
    return [HERE.parent / folder / f"{name}.yaml" for folder in FOLDERS[name]]


if __name__ == "__main__":
    for name in FOLDERS:
        for path in copies(name):
            path.write_text(config_map(name), encoding="utf-8")
            print(path)
