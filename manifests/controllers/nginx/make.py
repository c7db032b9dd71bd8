"""Writes the program as a ConfigMap: `python manifests/controllers/nginx/make.py`. A test says when it is older."""

from pathlib import Path

HERE = Path(__file__).parent
TARGET = HERE / "4-program.yaml"
HEAD = """\
# The controller's program. Do not edit it here: it is a copy of manifests/controllers/nginx/program/*.py,
# written by `python manifests/controllers/nginx/make.py`.
apiVersion: v1
kind: ConfigMap
metadata:
  name: real-nginx-program
  namespace: real-nginx
data:
"""


def config_map() -> str:
    """The manifest, with each file as a block of indented text."""
    made = HEAD
    for file in sorted((HERE / "program").glob("*.py")):
        made += f"  {file.name}: |\n"
        made += "".join(f"    {line}".rstrip() + "\n" for line in file.read_text(encoding="utf-8").splitlines())
    return made


if __name__ == "__main__":
    TARGET.write_text(config_map(), encoding="utf-8")
    print(TARGET)
