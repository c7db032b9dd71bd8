"""What annotations.yaml says is proved, against the cases that were seen."""

import pytest
from case import ABSENT, ANYWAY, CANDIDATES, DIFFERENT, SAME, SIDES, cases, evidence
from labtools.migrate.table import annotations

CASES = {case.name: case for case in cases()}
TABLE = [(name, candidate) for name in annotations() for candidate in CANDIDATES]


def test_every_case_has_an_answer_of_each_side_to_each_request() -> None:
    for case in CASES.values():
        assert {name: len(listed) for name, listed in case.seen.items()} == dict.fromkeys(SIDES, len(case.requests)), (
            case.name
        )
        assert set(case.verdicts) == set(CANDIDATES), case.name
        assert set(case.about) <= set(annotations()), case.name


@pytest.mark.parametrize("candidate", CANDIDATES)
def test_what_is_proved_is_what_the_cases_show(candidate: str) -> None:
    seen = evidence(list(CASES.values()))
    for name, one in annotations().items():
        verdict = one.verdicts[candidate]
        if verdict.proved is None:
            assert verdict.verdict == ABSENT or (name, candidate) not in seen, name
            continue
        (shown, _), case = seen[name, candidate], CASES[verdict.proved]
        allowed = {SAME: (SAME, ANYWAY), DIFFERENT: (DIFFERENT, ABSENT)}[verdict.verdict]
        assert name in case.about and case.verdicts[candidate] in allowed, name
        assert shown in allowed, (name, shown, verdict.verdict)


@pytest.mark.parametrize("candidate", CANDIDATES)
def test_nothing_counts_as_absent_whose_effect_was_seen(candidate: str) -> None:
    for (name, side), (shown, case) in evidence(list(CASES.values())).items():
        if side == candidate and annotations()[name].verdicts[candidate].verdict == ABSENT:
            assert shown in (ABSENT, ANYWAY), (name, case)


def test_the_round_without_an_annotation_has_names_of_its_own() -> None:
    case = CASES["affinity"]
    plain = case.without()
    assert [obj["metadata"]["name"] for obj in plain.objects] == ["affinity-without"]
    assert "affinity-without.example.com" in plain.requests[0].url
    assert "nginx.ingress.kubernetes.io/affinity" in case.manifests
    assert "ingress.kubernetes.io" not in plain.manifests
