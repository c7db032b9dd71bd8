"""A new notebook: the sections, ids and habits of the series, around one round that runs, for its author to fill."""

import re
from pathlib import Path

import nbformat
from labcore.errors import BadArgument
from labcore.language import choice
from labcore.language.messages import phrase
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from labtools.authoring.running import KEPT_METADATA
from labtools.workspace import series

_NAME = re.compile(r"(?P<number>\d\d)_(?P<topic>[a-z0-9]+(?:_[a-z0-9]+)*)")

_ROUND = (
    ("r{n}-text", "## Round {n} - what this round is about\n\n**Predict.** Who answers: `hello-svc`, or `404`?"),
    (
        "r{n}-predict",
        'guess = predict({{"http://first.example.com/hello?round={n}": ""}}, options="hello-svc, 404")\nguess',
    ),
    ("r{n}-run-text", "**Run.** Say what the next cell does."),
    (
        "r{n}-run",
        "answers = lab.wait_routed(*guess)\n"
        '!curl -s -H "Host: first.example.com" "$INGRESS_HTTP/hello?round={n}"\n'
        "compare(guess, answers)",
    ),
    ("r{n}-explain", "**Explain.** Point at what was printed. Never explain what it does not show."),
)
_BEGIN = (
    (
        "title",
        "# {number} {title}\n\nOne sentence: what this is about. About 20 minutes.\n\n**Goals**\n\n"
        "- See the first thing.\n- See the second thing.\n- Be able to do the third.",
    ),
    ("setup-text", "## Setup\n\nSay what the next cells prepare, and with which manifests."),
    ("setup", 'from ingress_lab import Lab, compare, predict\n\nlab = Lab.connect("{place}")\nlab'),
    ("setup-check", 'assert "ingress controller: traefik" in repr(lab)'),
    ("apply", 'lab.apply("manifests/start-here")\nlab.wait("deployments")'),
)
_END = (
    ("ex1-text", "## Exercise {number}.1 - what is to be done\n\nSay what should answer at the end, not how."),
    ("ex1-work", "!kubectl get ingress"),
    ("ex2-text", "## Exercise {number}.2 - what is to be done elsewhere\n\nThe same knowledge, and no template."),
    ("ex2-work", "!kubectl get services"),
    (
        "ex3-text",
        "## Exercise {number}.3 - why does it fail?\n\nSay what its clients see. The learner finds the cause.",
    ),
    ("ex3-work", "!kubectl describe ingress"),
    ("recap", "## Recap\n\n**One sentence worth remembering.**"),
    (
        "cluster",
        "## On this cluster\n\n- **Local:** what is real here, and what is emulated.\n- **kind:** what differs.",
    ),
    (
        "real",
        "## On a real cluster\n\nSay what one would type there.\n\n```\n"
        "kubectl get ingressclass\nkubectl get ingress\nkubectl describe ingress NAME\n```",
    ),
    ("progress", "lab.progress()"),
    (
        "findings",
        "## Findings\n\nWrite here in your own words what you found out: what you expected, what you saw, and what "
        "follows from it. `lab report --mine` puts it into your report.",
    ),
    ("clean-text", "## Clean up\n\nThe namespace goes, and everything in it."),
    ("clean", "lab.clean_up()"),
)


def make(name: str, folder: Path | None = None) -> Path:
    """Writes `NN_topic.ipynb` into the English series; raises BadArgument for a name that is taken or cannot be."""
    match = _NAME.fullmatch(name)
    if not match:
        raise BadArgument(
            phrase(
                '"{name}" cannot name a notebook: two digits and words in small letters, as in 18_my_topic', name=name
            )
        )
    target = folder or series.folder(choice.SOURCE)
    taken = [path.name for path in target.glob(f"{match['number']}_*.ipynb")]
    if taken:
        raise BadArgument(phrase("the number {number} is taken by {other}", number=match["number"], other=taken[0]))
    topic = match["topic"].replace("_", " ")
    values = {"number": match["number"], "title": topic.capitalize(), "place": topic.replace(" ", "-")}
    rounds = [(key.format(n=n), source.format(n=n)) for n in (1, 2, 3) for key, source in _ROUND]
    cells = [(key, source.format(**values)) for key, source in _BEGIN] + rounds
    cells += [(key, source.format(**values)) for key, source in _END]
    made = new_notebook(cells=[_cell(key, source) for key, source in cells], metadata=KEPT_METADATA)
    path = target / f"{name}.ipynb"
    nbformat.write(made, path)
    return path


def _cell(key: str, source: str) -> nbformat.NotebookNode:
    prose = key == "title" or key.endswith(("text", "explain")) or key in ("recap", "cluster", "real", "findings")
    made = new_markdown_cell(source, id=key) if prose else new_code_cell(source, id=key)
    if key == "setup":
        made.metadata["tags"] = ["nbval-ignore-output"]
    if key == "findings":
        made.metadata["tags"] = ["conclusion"]
    return made
