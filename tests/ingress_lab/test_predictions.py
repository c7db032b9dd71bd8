"""Predictions beside observations."""

import pytest
from ingress_lab.http.answers import Answer, Answers
from ingress_lab.ingress.rules import Rule
from ingress_lab.lessons.comparing import compare
from ingress_lab.lessons.predictions import MIME, Predictions, predict
from labcore.errors import BadArgument

URLS = ["http://a.com/", "http://a.com/x", "http://b.com/"]
ANSWERS = Answers([Answer(URLS[0], 200, "a-svc"), Answer(URLS[1], 200, "x-svc"), Answer(URLS[2], 404)])


def test_a_list_is_blank_and_a_mapping_is_filled_in() -> None:
    assert predict(URLS) == dict.fromkeys(URLS, "")
    assert predict({URLS[0]: "a-svc", URLS[1]: "?", URLS[2]: 404}) == {URLS[0]: "a-svc", URLS[1]: "", URLS[2]: "404"}
    with pytest.raises(BadArgument):
        predict("http://a.com/")


def test_only_what_was_predicted_is_judged() -> None:
    made = compare(predict({URLS[0]: "A-svc", URLS[1]: "a-svc", URLS[2]: ""}), ANSWERS)
    assert made["observed"].tolist() == ["a-svc", "x-svc", "404"]
    assert made["right?"].tolist() == ["yes", "no", None]
    assert repr(made).endswith("\n1 of 2 predicted right") and made._repr_html_().endswith(
        "<p>1 of 2 predicted right</p>"
    )


def test_a_status_can_be_predicted() -> None:
    assert compare(predict({URLS[2]: 404}), ANSWERS)["right?"].tolist()[2] == "yes"


def test_the_apis_reading_stands_beside() -> None:
    rules = [Rule("a.com", "/", "Prefix", "a-svc", "80")]
    assert compare(predict(URLS), ANSWERS, rules)["API's reading"].tolist() == ["a-svc", "a-svc", "404"]


def test_what_is_no_url_is_observed_in_words() -> None:
    guess = predict({"ten connections": "several Pods", "one kept connection": "?"}, about="experiment")
    assert guess.table().columns.tolist() == ["experiment", "predicted"]
    made = compare(guess, {"ten connections": "several Pods", "one kept connection": 1})
    assert made.to_numpy().tolist() == [
        ["ten connections", "several Pods", "several Pods", "yes"],
        ["one kept connection", "?", "1", None],
    ]


@pytest.mark.parametrize("guess", [404, " 404 "])
def test_a_prediction_may_be_written_into_the_table_later(guess: object) -> None:
    made = predict(URLS)
    made[URLS[2]] = guess  # type: ignore[assignment]
    assert compare(made, ANSWERS)["right?"].tolist()[2] == "yes"
    assert compare({URLS[2]: guess}, ANSWERS)["right?"].tolist()[2] == "yes"


def test_a_prediction_under_another_name_is_pointed_out() -> None:
    made = compare(predict({"/x": "x-svc", URLS[0]: "a-svc", "/y": "?"}), ANSWERS)
    assert repr(made).endswith("\n1 of 1 predicted right; predicted, but not observed: /x")


@pytest.mark.parametrize("urls", [7, None])
def test_what_cannot_be_predicted(urls: object) -> None:
    with pytest.raises(BadArgument):
        predict(urls)  # type: ignore[arg-type]


OPTIONS = "a-svc, x-svc, 404"


def asked(*given: object, options: object = OPTIONS) -> Predictions:
    return predict(dict(zip(URLS, given, strict=True)), options=options)


def test_a_cell_without_predictions_says_in_which_words_they_are_given() -> None:
    made = asked("", "", "")
    assert repr(made).splitlines() == [
        "Predictions given: 0 of 3.",
        "Write one of these between the quotes of each line: a-svc, x-svc, 404",
    ]
    seen = compare(made, ANSWERS)
    assert seen.columns.tolist() == ["url", "observed"] and repr(seen).endswith("\nno prediction was given")


def test_each_prediction_gets_a_verdict_with_a_sign_a_word_and_a_colour() -> None:
    made = compare(asked("A-SVC ", 404, ""), ANSWERS)
    assert made["verdict"].tolist() == ["✓ right", "✗ wrong", None]
    assert "background:#1a7f37;color:#ffffff" in made._repr_html_() and "✗ wrong</span></td>" in made._repr_html_()
    assert made._repr_mimebundle_()[MIME] == {"asked": 3, "given": 2, "right": 1, "unforeseen": []}
    assert made.note == "1 of 2 predicted right"


def test_a_word_that_is_no_option_is_told_from_a_wrong_choice() -> None:
    made = asked("a_svc", "nothing", "404")
    assert repr(made).splitlines()[2:] == [
        f'"a_svc" is not one of the options ({URLS[0]}). Did you mean "a-svc"?',
        f'"nothing" is not one of the options ({URLS[1]}).',
    ]
    seen = compare(made, ANSWERS)
    assert seen["verdict"].tolist() == ["! no option", "! no option", "✓ right"]
    assert seen.note == "1 of 1 predicted right; none of the options: a_svc, nothing"


def test_another_number_is_not_taken_for_a_misspelt_one() -> None:
    assert repr(asked("200", "308", "4O4", options="a-svc, 404, 400")).splitlines()[2:] == [
        f'"200" is not one of the options ({URLS[0]}).',
        f'"308" is not one of the options ({URLS[1]}).',
        f'"4O4" is not one of the options ({URLS[2]}).',
    ]


def test_once_all_are_given_none_is_asked_for() -> None:
    assert repr(asked("a-svc", "404", "x-svc")) == "Predictions given: 3 of 3."


def test_what_nobody_could_predict_is_not_counted() -> None:
    made = compare(asked("a-svc", "a-svc", "a-svc", options="a-svc, 404"), ANSWERS)
    assert made["verdict"].tolist() == ["✓ right", "- not counted", "✗ wrong"]
    assert made._repr_mimebundle_()[MIME]["unforeseen"] == ["x-svc"]


def test_questions_may_have_options_of_their_own() -> None:
    made = predict(
        {"nodes": " 03", "taint": "Yes", "Pods": "9" * 5000},
        about="experiment",
        options={"nodes": int, "taint": ["yes", "no"], "Pods": int},
    )
    assert made.given == {"nodes": "3", "taint": "yes"}
    assert repr(made).splitlines()[1:4] == ["nodes: a whole number", "taint: yes, no", "Pods: a whole number"]
    assert compare(made, {"nodes": 3, "taint": "no"})["verdict"].tolist() == ["✓ right", "✗ wrong"]
    with pytest.raises(BadArgument):
        predict({"nodes": ""}, options={"other": int})
    with pytest.raises(BadArgument):
        predict({"nodes": ""}, options=float)


def test_markup_in_a_prediction_stays_text() -> None:
    made = asked("<img src=x onerror=alert(1)>", "", "")
    assert "<img" not in made._repr_html_() + compare(made, ANSWERS)._repr_html_()


def test_the_same_questions_are_the_same_cell_whatever_is_predicted() -> None:
    assert asked("", "", "").cell == asked("404", "x", "").cell != asked("", "", "", options="404").cell
