"""The table of annotations: every one of ingress-nginx v1.15.1, and nothing claimed that its reader does not read."""

import re
from pathlib import Path

import korean
import pytest
from labtools.explain.unread import _NGINX_NAMES
from labtools.migrate.reasons import REASONS
from labtools.migrate.table import (
    ABSENT,
    CANDIDATES,
    DETAIL,
    DIFFERENT,
    ROUTING,
    SAME,
    SECURITY,
    VERDICTS,
    annotations,
    words,
)

UPSTREAM = Path(__file__).with_name("ingress_nginx_annotations.txt")
_FIELD = re.compile(r"((Middleware|Service:|ServersTransport|TLSOption) )?[\w.]+(, [\w.]+)*|")
BY_NATURE = {"affinity-mode", "auth-tls-verify-depth", "preserve-trailing-slash"}
"""Not read by Traefik's provider, which does in any case what one of their values asks for."""

WITHOUT_EFFECT = {"proxy-buffer-size", "proxy-http-version"}
"""Read by Traefik's provider, and no answer changes as it would in nginx."""


def test_every_annotation_of_ingress_nginx_is_there() -> None:
    names = [line for line in UPSTREAM.read_text().splitlines() if line and not line.startswith("#")]
    assert sorted(annotations()) == names and len(names) == 138


@pytest.mark.parametrize("candidate", CANDIDATES)
def test_each_has_a_verdict_and_all_but_the_same_have_a_reason(candidate: str) -> None:
    for one in annotations().values():
        verdict = one.verdicts[candidate]
        assert verdict.verdict in VERDICTS and one.loses in (SECURITY, ROUTING, DETAIL), one.name
        assert bool(verdict.becomes) == (verdict.verdict != ABSENT), one.name
        assert verdict.verdict == SAME or verdict.reason in REASONS, one.name


def test_a_field_is_named_as_it_is_written_and_words_are_translated() -> None:
    for one in annotations().values():
        for verdict in one.verdicts.values():
            assert _FIELD.fullmatch(verdict.becomes) or verdict.becomes in words(), (one.name, verdict.becomes)
            assert korean.english(verdict.becomes) == [] or verdict.becomes in words(), (one.name, verdict.becomes)


def test_every_reason_is_used() -> None:
    used = {verdict.reason for one in annotations().values() for verdict in one.verdicts.values()}
    assert used - {""} == set(REASONS)


def test_the_provider_has_what_traefik_reads_and_nothing_else() -> None:
    claimed = {one.name for one in annotations().values() if one.verdicts["provider"].verdict != ABSENT}
    assert claimed - BY_NATURE == _NGINX_NAMES - WITHOUT_EFFECT


def test_what_is_the_same_or_different_was_shown_by_a_request() -> None:
    for one in annotations().values():
        for candidate in CANDIDATES:
            verdict = one.verdicts[candidate]
            assert bool(verdict.proved) == (verdict.verdict in (SAME, DIFFERENT)), (one.name, candidate)
