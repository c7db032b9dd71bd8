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
from labcore.language.untrusted import visible
from labcore.machine import jupyter, paths

from labtools.commands import FAILED, OK, cluster_option, declare, port_options, up_options
from labtools.commands.cluster import up_
from labtools.workspace import series

if TYPE_CHECKING:
    from labtools.report.record import Cover

_LONGEST = 200  # letters of an author, a course or a title


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
        "--notebook", metavar="NAME", default="", help=str(phrase("only those with NAME in their name: 07"))
    )
    report.add_argument(
        "--mine", action="store_true", help=str(phrase("run nothing; your own copy of the notebooks as it stands"))
    )
    report.add_argument("--author", metavar="NAME", default="", help=str(phrase("whose report it is")))
    report.add_argument("--course", metavar="NAME", default="", help=str(phrase("for which course")))
    report.add_argument("--title", metavar="WORDS", default="", help=str(phrase("the title of the report")))
    report.add_argument("--against", metavar="FOLDER", help=str(phrase("show what changed since that report")))
    report.add_argument("--pdf", action="store_true", help=str(phrase("print index.html to report.pdf with Chromium")))
    report.add_argument("--merge", metavar="FOLDER", help=str(phrase("run nothing; one overview of all reports below")))
    report.add_argument("--output", metavar="FOLDER", help=str(phrase("where reports are collected (reports)")))
    report.set_defaults(elsewhere=_elsewhere)


def _elsewhere(chosen: argparse.Namespace) -> str:
    """The command that writes into another folder."""
    if not chosen.merge:
        return "lab report --output $HOME/reports"
    return f"cp -r {shlex.quote(chosen.merge)} $HOME/collected && lab report --merge $HOME/collected"


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

        print(merge(Path(chosen.merge)))
        return OK
    output = Path(chosen.output) if chosen.output else paths.project() / "reports"
    if chosen.mine:
        return _mine(chosen, output)
    earlier = Path(chosen.against) if chosen.against else None
    ports = chosen.http_port, chosen.https_port
    require_writable(output)  # where nothing can be written, say so before the series runs
    report, folder = write_report(output, chosen.cluster, *ports, chosen.notebook, earlier, _cover(chosen))
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
    """In one line each, of what UTF-8 can write."""
    from labtools.report.record import Cover

    typed_words = (chosen.author, chosen.course, chosen.title)
    return Cover(*(" ".join(visible(text).split())[:_LONGEST] for text in typed_words))


def _print_pdf(chosen: argparse.Namespace, folder: Path) -> None:
    if chosen.pdf:
        from labtools.report.pdf import print_page

        print(print_page(folder / "index.html"))
