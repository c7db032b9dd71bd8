"""Writes app.py as the ConfigMap `app` into each experiment's folder: `python manifests/app/make.py`.

A ConfigMap holds text, and `kubectl apply -f FOLDER` takes only what is in the folder; so each experiment
carries its own copy. A test says so when a copy is older than app.py.
"""

from pathlib import Path

HERE = Path(__file__).parent
FOLDERS = ("start-here", "url-mapping", "url-mapping/rival")
HEAD = """\
# The program of this experiment's applications. Do not edit it here: it is a copy of manifests/app/app.py,
# written by `python manifests/app/make.py`.
apiVersion: v1
kind: ConfigMap
metadata:
  name: app
data:
  app.py: |
"""


def config_map() -> str:
    """The manifest, with the program as a block of indented text."""
    lines = (HERE / "app.py").read_text(encoding="utf-8").splitlines()
    return HEAD + "".join(f"    {line}".rstrip() + "\n" for line in lines)


def copies() -> list[Path]:
    return [HERE.parent / folder / "app.yaml" for folder in FOLDERS]


if __name__ == "__main__":
    for path in copies():
        path.write_text(config_map(), encoding="utf-8")
        print(path)
