"""`report.json`: the report as data, in the form that `schema.json` documents."""

from dataclasses import asdict

from labtools.report import capstone, clinic, handing_in, outputs
from labtools.report.cleaning import without_pictures
from labtools.report.lab_log import judging
from labtools.report.record import INTERRUPTED, CellRun, NotebookRun, Report

FAMILY = "ingress-lab/report/"
SCHEMA = f"{FAMILY}8"
READABLE = (SCHEMA, f"{FAMILY}7", f"{FAMILY}6", f"{FAMILY}5", f"{FAMILY}4")


def as_data(report: Report) -> dict:
    """What report.json holds; its form is schema.json, which others read."""
    return {
        "schema": SCHEMA,
        **{name: text for name, text in asdict(report.cover).items() if text},
        "started": report.started.isoformat(timespec="seconds"),
        "seconds": round(report.seconds, 3),
        "passed": report.passed,
        "interrupted": report.interrupted,
        **({"commit": report.commit} if report.commit else {}),
        "cluster": report.cluster,
        "nodes": report.nodes,
        "language": report.language,
        "versions": report.versions,
        "manifests": report.manifests,
        "files": report.files,
        "machine": report.machine,
        "notebooks": [_notebook(run) for run in report.notebooks],
        "log": [line for part in judging.log(report) for line in map(_line, part.lines)],
        "findings": {finding.run.name: without_pictures(finding.text) for finding in handing_in.findings(report)},
        **({"clinic": clinic.as_data(report.visits)} if report.visits else {}),
        **({"capstone": capstone.as_data(report.capstone)} if report.capstone else {}),
        "changes": None if report.changes is None else [list(change) for change in report.changes],
    }


def _line(line: judging.Line) -> dict:
    return {
        "number": line.statement.number,
        "statement": line.statement.text,
        "mark": line.mark,
        "seen": [
            {
                "place": seen.section,
                "cell": seen.anchor,
                "what": seen.what,
                "observed": [list(pair) for pair in seen.observed],
            }
            for seen in line.seen
        ],
        "why": list(line.why),
    }


def _notebook(run: NotebookRun) -> dict:
    return {
        "name": run.name,
        "title": run.title,
        "file": f"notebooks/{run.path.name}",
        "state": run.state,
        "problem": run.problem or run.left_out or (INTERRUPTED if run.interrupted else ""),
        "seconds": round(run.seconds, 3),
        "cells": [_cell(record) for record in run.cells],
    }


def _cell(record: CellRun) -> dict:
    error = record.error and {"name": record.error["name"], "message": record.error["message"]}
    return {
        "number": record.number,
        "id": record.cell.get("id", ""),
        "varies": "nbval-ignore-output" in record.cell.metadata.get("tags", []),
        "source": record.cell.source,
        "state": record.state,
        "seconds": round(record.seconds, 3),
        "error": error or None,
        "tables": outputs.tables(record.cell),
        "checks": outputs.checks(record.cell),
        "pictures": outputs.pictures(record.cell),
        "texts": outputs.texts(record.cell),
    }
