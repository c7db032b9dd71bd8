"""Make a report: run the notebooks in order on the chosen cluster, then write every form of the report."""

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

import nbformat
from ingress_lab.kube import namespaces
from labcore import clusters
from labcore.errors import LabError
from labcore.kube.api import Api
from labcore.language import choice
from labcore.language.messages import joined, phrase
from labcore.machine import ending, jupyter, kernels, paths
from labcore.machine.terminal import own
from loopkube.cluster import private

from labtools.report import against
from labtools.report.data import as_data
from labtools.report.environment import cluster_facts, commit, machine, manifests, nodes, texts, versions
from labtools.report.execute import Execution, one_after_the_other, read
from labtools.report.log import as_log
from labtools.report.page import as_page
from labtools.report.record import NOT_RUN, Cover, NotebookRun, Report
from labtools.workspace import series

_BAR = "{l_bar}{bar}| {n_fmt}/{total_fmt} [{elapsed}<{remaining}]"  # without words


def write_report(
    output: Path,
    cluster: str | None = None,
    http_port: int | None = None,
    https_port: int | None = None,
    only: Sequence[str] = (),
    earlier: Path | None = None,
    cover: Cover | None = None,
) -> tuple[Report, Path]:
    """Run the series (or the notebooks with one of `only` in their name) in the reader's language, and write
    `output`/DATE-TIME/, with what changed since an `earlier` report; returns the report, and where it is."""
    # first: whoever names a folder without a report hears it now, not after the whole series
    before = against.read(earlier) if earlier else None
    folder = series.folder(choice.current())
    notebooks = series.named(choice.current(), only)
    if not notebooks:
        raise LabError(
            phrase("there are no notebooks in {folder}; is this folder a whole clone of the project?", folder=folder)
        )
    jupyter.use_own_folders(paths.state())
    with running(clusters.chosen(cluster), http_port, https_port) as access:
        report = run_series(notebooks, access)
        report.cover, report.series = cover or Cover(), len(series.notebooks(choice.current()))
        # the notebooks have taken minutes: a first Ctrl-C waits until their report is written
        with ending.postponed():
            if before:
                report.changes = against.changes(before, as_data(report))
            written_to = write(report, output, latest=not only)
    return report, written_to


@contextmanager
def running(cluster: str, http_port: int | None, https_port: int | None) -> Iterator[clusters.Access]:
    """The chosen cluster; one of the report's own where its kind allows that, so that open notebooks go on."""
    if beside := clusters.of(cluster).beside(http_port, https_port):
        with beside as access:
            yield access
    else:
        access = clusters.access(cluster)
        _require_alone(access)
        yield access


def _require_alone(access: clusters.Access) -> None:
    """A report's notebooks empty the namespaces that open ones work in, where both are on one cluster."""
    if others := list(kernels.at_work(access.name)):
        raise LabError(
            phrase(
                "notebooks are at work on {cluster}, and a report there would disturb them: {others}. Shut their "
                "kernels down first, or make the report on a cluster of its own: lab report --cluster local",
                cluster=access.name,
                others=joined(", ", others),
            )
        )


def run_series(notebooks: list[Path], access: clusters.Access) -> Report:
    """Run the notebooks one after the other; Ctrl-C ends the run, and what was seen so far is kept."""
    from tqdm import tqdm

    api = Api.connect(access.own_kubeconfig, access.context)
    report = Report(cluster_facts(api, access), versions(), machine(), datetime.now().astimezone())
    runs = [read(path) for path in notebooks]
    report.language, report.manifests, report.nodes = choice.current(), manifests(runs), nodes(api)
    report.files, report.notebooks, report.commit = texts(report.manifests), runs, commit()
    _leave_out(runs, api, access)
    environment = {
        "INGRESS_LAB_CLUSTER": access.name,
        "INGRESS_LAB_HOME": str(paths.state()),
        "INGRESS_LAB_PROGRESS": "0",
        **jupyter.SAFE,
        choice.VARIABLE: report.language,
    }
    jupyter.use_own_folders(paths.state())
    begin = time.perf_counter()
    with (
        tqdm(total=sum(len(run.cells) for run in report.ran), bar_format=_BAR, file=own(sys.stderr)) as bar,
        closing(one_after_the_other(report.ran, environment, lambda _: bar.update(1))) as executions,
    ):
        try:
            for execution in executions:
                bar.set_description(execution.notebook.name)
                _run_one(execution, api, access)
        except KeyboardInterrupt:
            report.interrupted = True
            if not any(run.interrupted for run in runs):  # it came between two notebooks
                next((run for run in report.ran if run.state == NOT_RUN), runs[-1]).interrupted = True
    report.seconds = time.perf_counter() - begin
    return report


def _leave_out(runs: list[NotebookRun], api: Api, access: clusters.Access) -> None:
    """Mark the notebooks that cannot run on a cluster which is not the lab's."""
    from labtools.clusters.context import left_out

    reasons = left_out.sentences(api, access)
    for run in runs:
        run.left_out = reasons.get(run.name, "")


def _run_one(execution: Execution, api: Api, access: clusters.Access) -> None:
    """Run one notebook; namespaces that it made or used, and left (after a failure), are removed."""
    run = execution.notebook
    try:
        before = _own(api, access)
    except LabError as error:  # the cluster went away with an earlier one: what was seen so far is reported
        run.problem = error.message
        return

    try:
        execution.run()
    except KeyboardInterrupt:
        if not access.temporary:
            with suppress(LabError):
                _let_go(api, _own(api, access) - before)
        raise
    try:
        for name in (_own(api, access) - before) | _used(access, run):
            namespaces.remove(api, name)
    except LabError as error:
        run.problem = run.problem or phrase("could not be cleaned up after: {message}", message=error.message)


def _let_go(api: Api, names: set[str]) -> None:
    """Ask for the end of namespaces, and wait for nobody: the next run waits where it must."""
    with suppress(LabError):
        for name in names:
            namespaces.may_delete(api, name)


def _own(api: Api, access: clusters.Access) -> set[str]:
    """The namespaces of this person, not of others on the same cluster."""
    return set(namespaces.own_names(api, access.prefix))


def _used(access: clusters.Access, run: NotebookRun) -> set[str]:
    """A guest's namespaces were there before the notebook; what a failed one left in them would disturb the next."""
    if not access.shared or run.state == "passed":
        return set()
    from labtools.clusters.context import settings

    return set(settings.read(access.context or "").namespaces)


def write(report: Report, output: Path, *, latest: bool = True) -> Path:
    """Write all forms into a folder of their own, which is there as a whole or not at all; returns its path.

    With `latest`, `output`/latest leads to it: so does the newest report of the whole series.
    """
    require_writable(output)
    with tempfile.TemporaryDirectory(dir=output, prefix=".report-", ignore_cleanup_errors=True) as making:
        _write_forms(report, Path(making) / "report")
        folder = _moved(Path(making) / "report", output, report.started.strftime("%Y-%m-%d_%H-%M-%S"))
    if latest:
        _point_latest(output, folder)
    return folder


def require_writable(output: Path) -> None:
    """Make the folder of reports if it is missing: private, for it holds what a person said and saw. Raises OSError."""
    if not output.is_dir():
        private.folder(output)
    tempfile.TemporaryFile(dir=output).close()


def _write_forms(report: Report, folder: Path) -> None:
    folder.mkdir(mode=0o700)
    (folder / "notebooks").mkdir()
    for run in report.notebooks:
        nbformat.write(run.notebook, folder / "notebooks" / run.path.name)
    (folder / "report.json").write_text(json.dumps(as_data(report), indent=1, ensure_ascii=False), encoding="utf-8")
    (folder / "report.md").write_text(as_log(report), encoding="utf-8")
    (folder / "index.html").write_text(as_page(report), encoding="utf-8")


def _moved(made: Path, output: Path, name: str) -> Path:
    for number in range(1, 1000):
        folder = output / (name if number == 1 else f"{name}_{number}")
        try:
            folder.mkdir()  # taken by this run alone
        except FileExistsError:
            continue
        # in one step, over the empty folder that holds the name
        return made.replace(folder)
    raise LabError(phrase("there are too many reports called {name} in {output}", name=name, output=output))


def _point_latest(output: Path, folder: Path) -> None:
    """Replace the link in one step, so that it never leads nowhere."""
    latest, fresh = output / "latest", output / ".latest"
    try:
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(folder.name, target_is_directory=True)
        if latest.is_dir() and not latest.is_symlink():
            shutil.rmtree(latest)
        fresh.replace(latest)
    except OSError as error:
        print(
            phrase(
                "{latest} cannot be a link here ({strerror}); the report is in {place}",
                latest=latest,
                strerror=error.strerror,
                place=folder,
            ),
            file=sys.stderr,
        )
