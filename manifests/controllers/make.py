"""Writes the controllers' programs as ConfigMaps: `python manifests/controllers/make.py`. Tests say when one is older.

Two files of Envoy's are those of nginx': how the API is asked, and how objects are watched. `nginx-beside` is the nginx
controller for one namespace, and its copy names none.
"""

from pathlib import Path

HERE = Path(__file__).parent
SHARED = {"nginx": (), "envoy": ("api.py", "watching.py")}
COPIES = {
    "nginx/4-program.yaml": ("nginx", "real-nginx", "real-nginx"),
    "nginx-beside/program.yaml": ("nginx", "real-nginx", ""),
    "envoy/4-program.yaml": ("envoy", "envoy", "envoy"),
}
"""File: whose program, the ConfigMap's name without its ending, its namespace."""
OF_BOTH = ", and of two\n# files of manifests/controllers/nginx/program"
HEAD = """\
# The controller's program. Do not edit it here: it is a copy of manifests/controllers/{program}/program/*.py{more},
# written by `python manifests/controllers/make.py`.
apiVersion: v1
kind: ConfigMap
metadata:
  name: {name}-program
{place}data:
"""


def files(program: str) -> list[Path]:
    shared = [HERE / "nginx" / "program" / file for file in SHARED[program]]
    return sorted([*(HERE / program / "program").glob("*.py"), *shared], key=lambda file: file.name)


def config_map(program: str, name: str, namespace: str) -> str:
    """The manifest, with each file as a block of indented text."""
    place = f"  namespace: {namespace}\n" if namespace else ""
    made = HEAD.format(program=program, more=OF_BOTH if SHARED[program] else "", name=name, place=place)
    for file in files(program):
        made += f"  {file.name}: |\n"
        made += "".join(f"    {line}".rstrip() + "\n" for line in file.read_text(encoding="utf-8").splitlines())
    return made


if __name__ == "__main__":
    for file, (program, name, namespace) in COPIES.items():
        (HERE / file).write_text(config_map(program, name, namespace), encoding="utf-8")
        print(HERE / file)
