"""Writes the program as a ConfigMap: `python manifests/controllers/envoy/make.py`. A test says when it is older.

Two of its files are those of the nginx controller: how the API is asked, and how objects are watched.
"""

from pathlib import Path

HERE = Path(__file__).parent
TARGET = HERE / "4-program.yaml"
SHARED = [HERE.parent / "nginx" / "program" / name for name in ("api.py", "watching.py")]
HEAD = """\
# The controller's program. Do not edit it here: it is a copy of manifests/controllers/envoy/program/*.py, and of two
# files of manifests/controllers/nginx/program, written by `python manifests/controllers/envoy/make.py`.
apiVersion: v1
kind: ConfigMap
metadata:
  name: envoy-program
  namespace: envoy
data:
"""


def files() -> list[Path]:
    return sorted([*(HERE / "program").glob("*.py"), *SHARED], key=lambda file: file.name)


def config_map() -> str:
    """The manifest, with each file as a block of indented text."""
    made = HEAD
    for file in files():
        made += f"  {file.name}: |\n"
        made += "".join(f"    {line}".rstrip() + "\n" for line in file.read_text(encoding="utf-8").splitlines())
    return made


if __name__ == "__main__":
    TARGET.write_text(config_map(), encoding="utf-8")
    print(TARGET)
