"""Predictions beside observations."""

import pytest
from ingress_lab.http.answers import Answer, Answers
from ingress_lab.ingress.rules import Rule
from ingress_lab.lessons.predictions import compare, predict
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
