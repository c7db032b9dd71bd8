"""A certificate chain, from the one that is shown to the one that is trusted."""

from collections.abc import Sequence

from labcore.language.messages import phrase
from labcore.pictures.card import Picture
from labcore.pictures.hops import BROKEN, OK, Hop, hops


def certificate_chain(title: str, links: Sequence[tuple[str, str, bool]]) -> Picture:
    """`links`: (subject, what to say about it, holds), the leaf first and the root last."""
    last = len(links) - 1
    kinds = (
        [phrase("certificate"), *[phrase("intermediate")] * (last - 1), phrase("trusted CA")]
        if last
        else [phrase("trusted CA")]
    )
    stops = [
        Hop(kind, name, OK if holds else BROKEN, said) for kind, (name, said, holds) in zip(kinds, links, strict=True)
    ]
    return hops(title, stops)
