"""INGRESS_LAB_PATIENCE: a factor on every deadline of a wait."""

import pytest
from labcore.errors import BadArgument
from labcore.kube.patience import VARIABLE, patient


def test_a_factor_on_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert patient(20) == 20
    monkeypatch.setenv(VARIABLE, "2.5")
    assert patient(20) == 50


@pytest.mark.parametrize("written", ["none", "0", "-1", "nan", "inf"])
def test_what_is_no_factor(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv(VARIABLE, written)
    with pytest.raises(BadArgument, match=f'INGRESS_LAB_PATIENCE="{written}" is not a number above 0'):
        patient(20)
