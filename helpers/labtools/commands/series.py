"""`lab study` and `lab report`: the notebooks."""

import argparse
import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from labcore import clusters
from labcore.errors import LabError
from labcore.language import choice, typed
from labcore.language.messages import phrase
from labcore.machine import jupyter, paths

from labtools.commands import FAILED, OK, cluster_option, declare, given, port_options, up_options
from labtools.commands.cluster import up_
from labtools.workspace import series

if TYPE_CHECKING:
    from labtools.report.record import Cover


def add(commands) -> None:
    """`study`, `progress` and `report`."""
    study = declare(commands, "study", study_, phrase("start the cluster and open the notebooks in JupyterLab"))
    up_options.add(study)
    study.add_argument(
        "--no-browser", action="store_true", help=str(phrase("print JupyterLab's address, open no browser"))
    )
    study.add_argument(
        "--fresh", metavar="NAME", help=str(phrase("begin your copy of the notebooks with NAME in their name anew: 07"))
    )
    study.add_argument("jupyter", nargs="*", metavar="-- OPTION", help=str(phrase("options for JupyterLab, after --")))
    declare(commands, "progress", progress_, phrase("how far you are: predictions and exercises"))
    report = declare(
        commands, "report", report_, phrase("run the series of notebooks and write reports/latest/index.html")
    )
    port_options(report)
    cluster_option(report)
    report.add_argument(
        "--notebook",
        metavar="NAME",
        action="append",
        default=[],
        help=str(phrase("only those with NAME in their name: 07; may be given several times")),
    )
    what = report.add_mutually_exclusive_group()
    what.add_argument(
        "--mine", action="store_true", help=str(phrase("run nothing; your own copy of the notebooks as it stands"))
    )
    for option, help in (
        ("--against", phrase("show what changed since that report")),
        ("--merge", phrase("run nothing; one overview of all reports below")),
    ):
        what.add_argument(option, metavar="FOLDER", type=given.place, help=str(help))
    for option, metavar, help in (
        ("--author", "NAME", phrase("whose report it is")),
        ("--course", "NAME", phrase("for which course")),
        ("--title", "WORDS", phrase("the title of the report")),
    ):
        report.add_argument(option, metavar=metavar, type=given.words, default="", help=str(help))
    report.add_argument("--pdf", action="store_true", help=str(phrase("print index.html to report.pdf with Chromium")))
    where = str(phrase("where reports are collected (reports)"))
    report.add_argument("--output", metavar="FOLDER", type=given.place, help=where)
    report.set_defaults(elsewhere=_elsewhere)


def _elsewhere(chosen: argparse.Namespace) -> str:
    """The command that writes into another folder."""
    if not chosen.merge:
        return "lab report --output $HOME/reports"
    return f"cp -r {shlex.quote(str(chosen.merge))} $HOME/collected && lab report --merge $HOME/collected"


def study_(chosen: argparse.Namespace) -> int:
    """Ctrl-C ends JupyterLab; the cluster stays until `lab down`."""
    from labtools.workspace import jupyterlab
    from labtools.workspace.own_copy import Copies

    copies = Copies(choice.current())
    if chosen.fresh:
        copies.fresh(chosen.fresh)
    up_(chosen, brief=True)
    project = paths.project()
    notebook = copies.folder / f"{series.FIRST}.ipynb"
    copies.refresh()
    if not notebook.exists():
        raise LabError(
            phrase(
                "the notebook {notebook} is not there; is this folder a whole clone of the project?", notebook=notebook
            )
        )
    os.environ.setdefault("INGRESS_LAB_HOME", str(paths.state()))
    os.environ["INGRESS_LAB_CLUSTER"] = clusters.chosen(chosen.cluster)
    jupyter.use_own_folders(paths.state())
    print(phrase("Your copy of the notebooks: {folder}", folder=typed.path(copies.folder)))
    options = [f"--ServerApp.root_dir={project}"]
    options += ["--no-browser"] if chosen.no_browser else []
    options += ["--ServerApp.answer_yes=True"]  # Ctrl-C ends it, and does not ask whether it may
    options += ["--allow-root"] if os.geteuid() == 0 else []  # containers; it listens on localhost, behind a token
    log, runtime = paths.state() / "jupyter" / "jupyterlab.log", Path(os.environ["JUPYTER_RUNTIME_DIR"])
    page = f"/lab/tree/{notebook.relative_to(project)}"
    return jupyterlab.run([*options, *chosen.jupyter], log, runtime, page)


def progress_(chosen: argparse.Namespace) -> int:
    """Printed from what is kept; no cluster is asked."""
    from labtools.workspace.standing import table_in

    print(table_in(choice.current()))
    return OK


def report_(chosen: argparse.Namespace) -> int:
    """`lab report`: exit code 1 if a notebook failed, though the report is written."""
    from labtools.report.run import require_writable, write_report
    from labtools.report.summary import summary

    if chosen.merge:
        from labtools.report.merge import merge

        print(merge(chosen.merge))
        return OK
    output = chosen.output or paths.project() / "reports"
    if chosen.mine:
        return _mine(chosen, output)
    ports = chosen.http_port, chosen.https_port
    require_writable(output)  # where nothing can be written, say so before the series runs
    report, folder = write_report(output, chosen.cluster, *ports, chosen.notebook, chosen.against, _cover(chosen))
    print(phrase("{summary}\nReport: {page}", summary=summary(report), page=typed.path(folder / "index.html")))
    if report.interrupted:
        raise KeyboardInterrupt
    _print_pdf(chosen, folder)
    return OK if report.passed else FAILED


def _mine(chosen: argparse.Namespace, output: Path) -> int:
    """A report of what is there: cells that failed or were not run are a learner's business, no failure."""
    from labtools.report import mine
    from labtools.report.run import write
    from labtools.report.summary import summary

    report = mine.report(chosen.notebook)
    report.cover = _cover(chosen)
    folder = write(report, output, latest=False)
    print(phrase("{summary}\nReport: {page}", summary=summary(report), page=typed.path(folder / "index.html")))
    _print_pdf(chosen, folder)
    return OK


def _cover(chosen: argparse.Namespace) -> "Cover":
    from labtools.report.record import Cover

    return Cover(chosen.author, chosen.course, chosen.title)


def _print_pdf(chosen: argparse.Namespace, folder: Path) -> None:
    if chosen.pdf:
        from labtools.report.pdf import print_page

        print(print_page(folder / "index.html"))
