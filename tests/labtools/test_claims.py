"""Sentences on programs and the cells they rest on; commands and helpers counted."""

from pathlib import Path

import nbformat
import pytest
from labtools.authoring import claims, commands
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output


def notebook(folder: Path, *prose: str, code: tuple[str, ...] = ()) -> Path:
    shown = [new_output("stream", name="stdout", text="404 page not found\n")]
    run = [new_code_cell("!curl -s $INGRESS_HTTP", id="run", outputs=shown), new_code_cell("pass", id="silent")]
    made = [new_markdown_cell(text, id=f"text-{n}") for n, text in enumerate(prose)]
    typed = [new_code_cell(text, id=f"code-{n}") for n, text in enumerate(code)]
    path = folder / "07_x.ipynb"
    nbformat.write(new_notebook(cells=[*made, *run, *typed]), path)
    return path


@pytest.mark.parametrize(
    ("sentence", "subject"),
    [
        ("Traefik answers 404 itself.", "Traefik"),
        ("Here Traefik's nginx provider, unlike its other one, answers.", ""),
        ("Traefik's nginx provider matches `/foobar`.", "Traefik's nginx provider"),
        ("So the API server refuses it.", "API server"),
        ("The controller does not see it.", "controller"),
        ("The request is sent by kube-proxy to a Pod.", "kube-proxy"),
        ("An object is stored.", ""),
        ("What does Traefik answer?", ""),
        ("Write `nginx is here` and run it.", ""),
    ],
)
def test_a_sentence_tells_whose_behaviour_it_is(sentence: str, subject: str, tmp_path: Path) -> None:
    found = claims.claims(notebook(tmp_path, f"A beginning. {sentence}"))
    assert [claim.subject for claim in found] == ([subject] if subject else [])


def test_a_comment_stands_for_the_sentences_since_the_last_one(tmp_path: Path) -> None:
    path = notebook(
        tmp_path,
        "Traefik answers. Nginx is a name. The API stores it. <!-- proved-by: run --> Kubernetes waits.\n\n"
        "- nginx rewrites. <!-- told: https://example.com/ -->\n- nginx reads.",
    )
    found = [(claim.subject, claim.proofs, claim.source) for claim in claims.claims(path)]
    told = ("nginx", (), "https://example.com/")
    assert found == [("Traefik", ("run",), ""), ("API", ("run",), ""), ("Kubernetes", (), ""), told, ("nginx", (), "")]
    unproved = [problem.partition("what proves ")[2] for problem in claims.problems(path)]
    assert unproved == ['"Kubernetes waits."?', '"- nginx reads."?']


def test_predictions_exercises_and_goals_claim_nothing(tmp_path: Path) -> None:
    path = notebook(
        tmp_path,
        "## Round 1 - x\n\n**Predict.** What comes?\n\n- `404`: Traefik answers.",
        "## Exercise 07.1 - x\n\nTraefik answers.",
    )
    assert claims.claims(path) == []


def test_a_proof_is_a_cell_that_shows_something(tmp_path: Path) -> None:
    path = notebook(tmp_path, "Traefik answers. <!-- proved-by: run, gone, silent -->")
    assert claims.problems(path) == ["text-0: there is no code cell gone", "text-0: silent shows nothing"]


def test_an_assertion_shows_what_it_asserts() -> None:
    assert claims.shown(new_code_cell("assert nodes == 3")) == "assert nodes == 3"


def test_commands_and_helpers_are_counted(tmp_path: Path) -> None:
    path = notebook(
        tmp_path,
        code=(
            "!kubectl get pods\n!kubectl apply \\\n  -f x | openssl x509",
            "x = !curl -s y",
            'lab.get("pods")',
            'lab.check("07.1")',
            "print('kubectl get')",
        ),
    )
    found = commands.count(path)
    assert found.commands == {"kubectl": 2, "curl": 2, "openssl": 1}
    assert (found.cells, found.helped) == (7, 1)
    assert commands.problems(path) == ["5 commands, and 6 are the least"]
