"""The command `lab`: start, look at and stop the cluster, open the notebooks, write the report. Light to import."""

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence

from ingress_lab import home, jupyter, local
from ingress_lab.errors import LabError

OK, FAILED = 0, 1  # argparse itself ends with 2 on wrong usage
FIRST_NOTEBOOK = "notebooks/en/00_start_here.ipynb"

EPILOG = """\
environment:
  INGRESS_LAB_HTTP_PORT, INGRESS_LAB_HTTPS_PORT   the entry's ports (8080, 8443)
  INGRESS_LAB_CLUSTER                             local (default), kind or context:NAME, for notebooks and report
  INGRESS_LAB_HOME                                where the cluster's state is kept (.lab in the project)

exit codes: 0 all went well, 1 something failed, 2 wrong usage
"""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = _parser()
    chosen = parser.parse_args(arguments)
    try:
        return chosen.run(chosen)
    except LabError as error:
        print(error.message, file=sys.stderr)
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
    return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lab",
        description="A Kubernetes cluster with a real ingress controller on this machine, for the notebooks.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    up = _command(commands, "up", up_, "start the cluster, or continue the one that was there, with every object")
    _ports(up)
    _command(commands, "status", status_, "is the cluster running, and where is its entry (exit code 1 if it is not)")
    _command(commands, "reset", reset_, "remove what the notebooks made; the cluster stays")
    _command(commands, "down", down_, "stop the cluster; its objects wait for the next `lab up`")
    study = _command(commands, "study", study_, "start the cluster and open the notebooks in JupyterLab")
    _ports(study)
    study.add_argument("--no-browser", action="store_true", help="print JupyterLab's address, open no browser")
    study.add_argument("jupyter", nargs="*", metavar="-- OPTION", help="options for JupyterLab, after --")
    report = _command(commands, "report", report_, "run the series of notebooks and write reports/latest/index.html")
    _ports(report)
    report.add_argument("--cluster", metavar="NAME", help="local (default), kind or context:NAME")
    report.add_argument("--output", metavar="FOLDER", help="where reports are collected (reports)")
    return parser


def _command(commands, name: str, run: Callable[[argparse.Namespace], int], words: str) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=words, description=words[0].upper() + words[1:] + ".")
    command.set_defaults(run=run)
    return command


def _ports(command: argparse.ArgumentParser) -> None:
    command.add_argument("--http-port", type=int, metavar="PORT", help="port of 127.0.0.1 for HTTP (8080)")
    command.add_argument("--https-port", type=int, metavar="PORT", help="port of 127.0.0.1 for HTTPS (8443)")


def up_(chosen: argparse.Namespace) -> int:
    before = local.status()
    if before.state == "running" and before.info:
        print(f"The cluster is already running (process {before.info.pid}).")
        _say_where(before.info)
        wished = (home.http_port(chosen.http_port), home.https_port(chosen.https_port))
        if wished != (before.info.http_port, before.info.https_port):
            print("For other ports: lab down, then lab up with the same options.")
        return OK
    if before.state == "dead":
        print("The cluster had ended without being stopped; it continues with every object it had.")
    begin = time.perf_counter()
    with _Steps() as steps:
        info = local.start(chosen.http_port, chosen.https_port, steps.next)
    print(f"The cluster is ready after {time.perf_counter() - begin:.1f} s.")
    _say_where(info)
    return OK


def status_(chosen: argparse.Namespace) -> int:
    found = local.status()
    if found.state == "running" and found.info:
        print(f"The cluster is running (process {found.info.pid}; nodes: {', '.join(found.info.nodes)}).")
        _say_where(found.info)
        return OK
    if found.state == "dead":
        print("The cluster is dead: it ended without being stopped. `lab up` brings it back with every object.")
    else:
        print("The cluster is not running. `lab up` starts it.")
    return FAILED


def down_(chosen: argparse.Namespace) -> int:
    stopped = local.stop()
    print("The cluster is stopped; `lab up` continues it." if stopped else "The cluster was not running.")
    return OK


def reset_(chosen: argparse.Namespace) -> int:
    found = local.status()
    if found.state != "running" or not found.info:
        print("The cluster is not running; `lab up` starts it, then `lab reset` can clean it.", file=sys.stderr)
        return FAILED
    from ingress_lab import namespaces
    from ingress_lab.api import Api
    from ingress_lab.progress import line

    with line("removing what the notebooks made"):
        removed = namespaces.remove_all(Api.connect(found.info.kubeconfig))
    print("\n".join(f"{title} deleted" for title in removed) or "There was nothing of the notebooks.")
    return OK


def study_(chosen: argparse.Namespace) -> int:
    """JupyterLab takes this process' place, so that Ctrl-C ends it; the cluster stays until `lab down`."""
    up_(chosen)
    project = home.project()
    notebook = project / FIRST_NOTEBOOK
    if not notebook.exists():
        raise LabError(f"the notebook {notebook} is not there; is this folder a whole clone of the project?")
    print("JupyterLab opens. Ctrl-C here ends it; `lab down` stops the cluster.", flush=True)
    os.environ.setdefault("INGRESS_LAB_HOME", str(home.state()))
    jupyter.use_own_folders(home.state())
    options = [f"--ServerApp.root_dir={project}", f"--LabApp.default_url=/lab/tree/{FIRST_NOTEBOOK}"]
    options += ["--no-browser"] if chosen.no_browser else []
    options += ["--allow-root"] if os.geteuid() == 0 else []  # containers; it listens on localhost, behind a token
    os.execv(sys.executable, [sys.executable, "-m", "jupyterlab", *options, *chosen.jupyter])


def report_(chosen: argparse.Namespace) -> int:
    from pathlib import Path

    from ingress_lab.report.run import write_report

    output = Path(chosen.output) if chosen.output else home.project() / "reports"
    return OK if write_report(output, chosen.cluster, chosen.http_port, chosen.https_port) else FAILED


def _say_where(info) -> None:
    print(f"  entry     http://127.0.0.1:{info.http_port}  https://127.0.0.1:{info.https_port}")
    print(f"  kubectl   --kubeconfig {os.path.relpath(info.kubeconfig)}")


class _Steps:
    """Prints each start-up step when it is done, with the time it took."""

    def __init__(self) -> None:
        self._name, self._begin = "", 0.0

    def next(self, name: str) -> None:
        self._end()
        self._name, self._begin = name, time.perf_counter()
        if sys.stdout.isatty():
            print(f"  {name} ...", end="", flush=True)

    def _end(self) -> None:
        if self._name:
            back = "\r" if sys.stdout.isatty() else ""
            print(f"{back}  {self._name:<28} {time.perf_counter() - self._begin:5.2f} s", flush=True)
        self._name = ""

    def __enter__(self) -> "_Steps":
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._end()
        elif self._name:
            print()


if __name__ == "__main__":
    sys.exit(main())
