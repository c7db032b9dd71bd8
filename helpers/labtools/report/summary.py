"""What became of a run, in words: how many cells passed, exercises solved, whose report it is, and where it ran."""

from collections import Counter

from labcore.language.messages import filled, joined, phrase
from labcore.language.untrusted import visible

from labtools.report import appendix, counts, outputs
from labtools.report.record import NOT_RUN, NotebookRun, Report

MEANING = phrase("Passed: every cell ran without an error, or with the error that it expects.")
RESULTS = ("notebook", "state", "cells", "failed", "exercises", "took")


def summary(report: Report) -> str:
    """How many ran, how many failed, how many exercises are solved, how many notebooks were left out."""
    return joined(" ", [outcome(report), *beside(report)])


def outcome(report: Report) -> str:
    """What became of the cells, as a sentence; of a partial report, that it is one."""
    states = Counter(cell.state for run in report.ran for cell in run.cells)
    ran = {"notebooks": counts.notebooks(len(report.ran)), "cells": counts.cells(states.total())}
    sentence = filled(_outcome(report, states), **ran, failed=states["failed"], left=states["not run"])
    if not report.interrupted:
        return sentence
    at = next((run.title for run in report.notebooks if run.interrupted), phrase("-"))
    return joined(" ", [phrase("A partial report: the run was interrupted at {title}.", title=at), sentence])


def beside(report: Report) -> list[str]:
    """What does not decide whether the run passed: exercises solved, notebooks left out; a sentence each."""
    verdicts = [solved for run in report.ran for solved in _verdicts(run).values()]
    counted = [counts.exercises(sum(verdicts), len(verdicts))] if verdicts else []
    sentences = [report.own] if report.own else counted
    if 0 < len(report.notebooks) < report.series:
        part = {"number": len(report.notebooks), "series": report.series}
        sentences.append(phrase("A part of the series: {number} of its {series} notebooks.", **part))
    left_out = len(report.notebooks) - len(report.ran)
    return [*sentences, *([phrase("Left out: {number}.", number=left_out)] if left_out else [])]


def said(run: NotebookRun) -> str:
    """Why a notebook was left out, ended early, was interrupted or never begun; "" if it ran."""
    sentence = run.left_out or run.problem or (phrase("Interrupted here.") if run.interrupted else "")
    return sentence or ("" if run.begun else NOT_RUN)


def _outcome(report: Report, states: Counter[str]) -> str:
    if report.passed:
        return phrase("{notebooks}, {cells}: all passed.")
    if states["not run"] or not report.ran:
        return phrase("{notebooks}, {cells}: {failed} failed, {left} not run.")
    return (
        phrase("{notebooks}, {cells}: {failed} failed.")
        if states["failed"]
        else phrase("{notebooks}, {cells}: none failed, but a notebook did not end well.")
    )


def cover(report: Report) -> dict[str, str]:
    """Whose report it is, of when, and of which state of the series."""
    known = {
        phrase("author"): report.cover.author,
        phrase("course"): report.cover.course,
        phrase("when"): report.started.strftime("%Y-%m-%d %H:%M"),
        phrase("took"): "" if report.own else str(counts.lasted(report.seconds)),
        appendix.FACTS["commit"]: report.commit,
    }
    return {str(name): visible(value) for name, value in known.items() if value}


def facts(report: Report) -> dict[str, str]:
    """On which cluster and machine."""
    known = {"cluster" if n == "name" else n: v for n, v in report.cluster.items()} | report.machine
    return {str(appendix.FACTS[name]): value for name, value in known.items()}


def solved(run: NotebookRun) -> str:
    """`1 of 2`: how many of the notebook's exercises are solved; "-" where there is none."""
    checks = _verdicts(run)
    return f"{sum(checks.values())} / {len(checks)}" if checks else phrase("-")


def _verdicts(run: NotebookRun) -> dict[str, bool]:
    """Each exercise with its last verdict."""
    return {c["exercise"]: c["solved"] for record in run.cells for c in outputs.checks(record.cell)}


def exercises_said(report: Report) -> list[str]:
    """Of a run of the series as it is: that nobody has worked on its exercises."""
    if report.own or any(exercise.solved for exercise in appendix.tried(report)):
        return []
    return [
        phrase("The series was run as it is, with its exercises open. `lab report --mine` shows those that you solved.")
    ]
