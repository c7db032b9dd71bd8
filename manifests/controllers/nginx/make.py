"""Writes the program as ConfigMaps, here and for nginx-beside: `python manifests/controllers/nginx/make.py`.

A test says when one is older.
"""

from pathlib import Path

HERE = Path(__file__).parent
TARGET = HERE / "4-program.yaml"
BESIDE = HERE.parent / "nginx-beside" / "program.yaml"
HEAD = """\
# The controller's program. Do not edit it here: it is a copy of manifests/controllers/nginx/program/*.py,
# written by `python manifests/controllers/nginx/make.py`.
apiVersion: v1
kind: ConfigMap
metadata:
  name: real-nginx-program
{place}data:
"""


def config_map(namespace: str = "real-nginx") -> str:
    """The manifest, with each file as a block of indented text; without a namespace for where it is applied."""
    made = HEAD.format(place=f"  namespace: {namespace}\n" if namespace else "")
    for file in sorted((HERE / "program").glob("*.py")):
        made += f"  {file.name}: |\n"
        made += "".join(f"    {line}".rstrip() + "\n" for line in file.read_text(encoding="utf-8").splitlines())
    return made


if __name__ == "__main__":
    for target, text in ((TARGET, config_map()), (BESIDE, config_map(""))):
        target.write_text(text, encoding="utf-8")
        print(target)
