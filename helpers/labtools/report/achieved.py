"""What one report of many says of its author: exercises solved, predictions given and right."""

from labcore.language.messages import phrase

from labtools.report import compared
from labtools.report.members import Member


def score(member: Member) -> list[str]:
    """How many predictions were given, of how many, and how many of these are right; [] where nothing was asked."""
    cells = [cell for notebook in member.report.get("notebooks", []) for cell in notebook["cells"]]
    asked = [answer for cell in cells for table in cell["tables"] for answer in compared.answers(table)]
    given = [answer for answer in asked if answer.predicted]
    right = str(sum(answer.right for answer in given)) if given else phrase("-")
    return [f"{len(given)} / {len(asked)}", right] if asked else []


def exercises(member: Member) -> dict[str, bool]:
    return {
        name: solved
        for notebook in member.report.get("notebooks", [])
        for name, solved in of_notebook(notebook).items()
    }


def of_notebook(notebook: dict) -> dict[str, bool]:
    """Each exercise with its last verdict."""
    return {check["exercise"]: check["solved"] for cell in notebook["cells"] for check in cell["checks"]}
