"""How far a notebook is: exercises solved, predictions given and right, in one line at its end."""

from dataclasses import dataclass

from labcore.language.messages import Readable, english, joined, phrase
from labcore.language.untrusted import html_text, visible
from labcore.progress import Progress

from ingress_lab.lessons import exercises, score

MIME = "application/vnd.ingress-lab.progress+json"


@dataclass(frozen=True, repr=False)
class Standing(Readable):
    """A notebook's counts; `predictions` are those that its cells have asked for."""

    notebook: str
    solved: int
    exercises: int
    predictions: int
    given: int
    right: int

    @property
    def sentence(self) -> str:
        done = phrase("exercises solved: {solved} of {total}", solved=self.solved, total=self.exercises)
        said = phrase(
            "predictions given: {given} of {total}, right: {right}",
            given=self.given,
            total=self.predictions,
            right=self.right,
        )
        return joined("", [phrase("Notebook {number}: ", number=self.notebook), joined("; ", [done, said]), "."])

    def __repr__(self) -> str:
        return visible(english(self.sentence))

    def __str__(self) -> str:
        return visible(self.sentence)

    def _repr_html_(self) -> str:
        return f"<p><strong>{html_text(self.sentence)}</strong></p>"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict:
        counts = {"exercises": self.exercises, "solved": self.solved, "predictions": self.predictions}
        return {MIME: {"notebook": self.notebook, **counts, "given": self.given, "right": self.right}}


def standing(notebook: str, kept: Progress | None = None) -> Standing:
    """What is known of a notebook, by its number: in this kernel, or as `kept`."""
    kept = kept or score.of(notebook)
    named = [name for name in exercises.ALL if name.startswith(f"{notebook}.")]
    solved = sum(kept.exercises.get(name, False) for name in named)
    return Standing(notebook, solved, len(named), kept.asked, kept.given, kept.right)
