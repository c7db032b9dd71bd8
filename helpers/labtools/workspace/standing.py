"""`lab progress`: how far the learner is, notebook by notebook, from what is kept in the state folder."""

from ingress_lab.display.tables import Table, table
from ingress_lab.lessons.standing import Standing, standing
from labcore import progress
from labcore.language.messages import joined, phrase

from labtools.workspace import series

COLUMNS = ("notebook", "exercises", "given", "correct")


def kept(notebook: str) -> Standing:
    """Of one notebook, by its number, as it is stored."""
    return standing(notebook, progress.read(notebook))


def table_of(standings: dict[str, Standing]) -> Table:
    """A row for each notebook, and their sum below."""
    rows = [
        {
            "notebook": name,
            "exercises": f"{each.solved} / {each.exercises}",
            "given": f"{each.given} / {each.predictions}" if each.predictions else phrase("-"),
            "correct": each.right if each.given else phrase("-"),
        }
        for name, each in standings.items()
    ]
    made = table(rows, COLUMNS, title=phrase("progress"))
    made.attrs["note"] = summary(list(standings.values()))
    return made


def summary(standings: list[Standing]) -> str:
    solved, total = sum(each.solved for each in standings), sum(each.exercises for each in standings)
    given, right = sum(each.given for each in standings), sum(each.right for each in standings)
    done = phrase("exercises solved: {solved} of {total}", solved=solved, total=total)
    return joined("; ", [done, phrase("predictions given: {given}, right: {right}", given=given, right=right)])


def table_in(language: str) -> Table:
    """Of the whole series, in this language."""
    return table_of({path.stem: kept(path.stem.partition("_")[0]) for path in series.notebooks(language)})
