"""The Korean that readers meet outside of notebooks is written with the field's words, none of them forbidden."""

from pathlib import Path

import korean
import pytest
from labcore.language import choice
from labtools.authoring import phrases
from labtools.authoring.korean import avoided

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.ko.md", *sorted((ROOT / "docs").glob("*.ko.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_has_no_forbidden_word(page: Path) -> None:
    assert list(korean.forbidden(page.read_text(encoding="utf-8"))) == []


def messages() -> list[str]:
    known = [message.string for message in phrases.read(choice.file("ko")) if message.id]
    return [text for words in known for text in ([words] if isinstance(words, str) else words)]


def test_no_message_has_a_forbidden_word() -> None:
    assert [found for text in messages() for found in korean.forbidden(text)] == []


def test_no_message_is_english_or_half_of_it() -> None:
    """Kubernetes', kind's and other programs' own words aside, and what stands in backticks or quotes."""
    assert {text: found for text in messages() if (found := korean.english(text))} == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("누가 응답했는지 봅니다.", ["누가"]), ("서버가 80번 포트에서 듣습니다.", ["듣습니다"]),
        ("진짜 클러스터", ["진짜"]),
        ("DNS에 물으면", ["물으면"]), ("요청 세 개 가운데", ["개 가운데"]), ("로드 밸런서", ["로드 밸런"]),
        ("`누가`는 코드입니다.\n\n```\n누가\n```\n", []), ("누군가 파일을 바꾸었습니다. 물론 카테고리와 알고리즘", []),
        ("해당 노드의 복제본은 이를 위해 이러한 값을 씁니다.", ["해당", "복제본", "이를", "이러한"]),
        ("차이를 보고, 둘 사이를 잇고, 이를테면 깊이를 잽니다. 파일을 복제합니다.", []),
        ("이 값을 말합니다. 컨트롤러가 그렇게 말합니다.", ["말합니다"]),
    ],
)  # fmt: skip
def test_the_list_finds_what_it_forbids(text: str, words: list[str]) -> None:
    assert {found.partition("' ")[0].strip("'") for found in korean.forbidden(text)} == {*words}


def test_every_forbidden_word_has_another_to_write() -> None:
    assert len(avoided()) > 30 and all(instead.strip() for instead in avoided().values())
