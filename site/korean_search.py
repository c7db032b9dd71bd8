"""Search in Korean: each word is found by its beginning, as particles follow it (`세션을` by `세션`)."""

import re

from sphinx.application import Sphinx
from sphinx.search import SearchLanguage, languages

SHORTEST = 2  # letters of a beginning
LONGEST = 8
_HANGUL = re.compile(r"[가-힣]+")


class Korean(SearchLanguage):
    lang = "ko"
    language_name = "Korean"

    def split(self, text: str) -> list[str]:
        """All words; of the parts in Hangul each beginning, too. What is typed into the page is looked up as it is."""
        words = super().split(text)
        parts = [part for word in words for part in _HANGUL.findall(word)]
        ends = range(SHORTEST, LONGEST + 1)
        return words + [part[:end] for part in parts for end in ends if end <= len(part)]


def setup(app: Sphinx) -> dict[str, bool]:
    languages["ko"] = Korean
    return {"parallel_read_safe": True, "parallel_write_safe": True}
