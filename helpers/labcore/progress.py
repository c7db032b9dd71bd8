"""What a learner has done, notebook by notebook: predictions given and right, exercises solved.

One file for each notebook in the lab's state folder, the same for all languages, for they ask the same. What the first
comparison said of a prediction stays: one that is changed afterwards is no prediction. A file that somebody has broken
counts as empty.
"""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from loopkube.cluster import private

from labcore.language.untrusted import file_name
from labcore.machine import paths

FOLDER = "progress"
_MOST = 1024 * 1024  # bytes


@dataclass
class Prediction:
    """What was given for one question ("" nothing yet), and whether it was right (None: not compared yet)."""

    given: str = ""
    right: bool | None = None


@dataclass
class Progress:
    """One notebook's: {prediction cell: {question: Prediction}}, and {exercise: solved}."""

    predictions: dict[str, dict[str, Prediction]] = field(default_factory=dict)
    exercises: dict[str, bool] = field(default_factory=dict)

    def ask(self, cell: str, given: Mapping[str, str]) -> None:
        """A cell's questions, with what is given for them now; those that were compared stay."""
        known = self.predictions.get(cell, {})
        self.predictions[cell] = {
            question: known[question] if question in known and known[question].right is not None else Prediction(word)
            for question, word in given.items()
        }

    def judge(self, cell: str, verdicts: Mapping[str, bool]) -> None:
        """What the first comparison said; later ones change nothing."""
        for question, right in verdicts.items():
            prediction = self.predictions.get(cell, {}).get(question)
            if prediction and prediction.given and prediction.right is None:
                prediction.right = right

    def check(self, exercise: str, solved: bool) -> None:
        """An exercise that was solved once stays so."""
        self.exercises[exercise] = solved or self.exercises.get(exercise, False)

    @property
    def asked(self) -> int:
        return sum(map(len, self.predictions.values()))

    @property
    def given(self) -> int:
        return sum(bool(each.given) for each in self._each())

    @property
    def right(self) -> int:
        return sum(each.right is True for each in self._each())

    @property
    def solved(self) -> int:
        return sum(self.exercises.values())

    def _each(self) -> Iterable[Prediction]:
        return (each for cell in self.predictions.values() for each in cell.values())


def read(notebook: str) -> Progress:
    """What is kept of a notebook, by its number; nothing where nothing is kept, or nothing that can be read."""
    with suppress(OSError, ValueError, TypeError, AttributeError, RecursionError):
        file = _file(notebook)
        if file.is_file() and file.stat().st_size <= _MOST:
            return _of_data(json.loads(file.read_text(encoding="utf-8")))
    return Progress()


def write(notebook: str, progress: Progress) -> None:
    """Keep it, in one step; raises OSError."""
    private.folder(_file(notebook).parent)
    private.write(_file(notebook), json.dumps(asdict(progress), ensure_ascii=False, indent=1))


def forget(notebook: str) -> None:
    """Its predictions and exercises begin anew."""
    _file(notebook).unlink(missing_ok=True)


def _file(notebook: str) -> Path:
    return paths.state() / FOLDER / f"{file_name(notebook)}.json"


def _of_data(data: dict) -> Progress:
    made = Progress()
    for cell, questions in data["predictions"].items():
        made.predictions[cell] = {question: _prediction(**stored) for question, stored in questions.items()}
    made.exercises = {name: solved is True for name, solved in data["exercises"].items()}
    return made


def _prediction(given: object = "", right: object = None) -> Prediction:
    return Prediction(given if isinstance(given, str) else "", right if isinstance(right, bool) else None)
