"""The series as a static site: `make site` writes it to `build/site`, a half for each language.

Belongs here: what makes pages for Sphinx of the project's own notebooks and documents. Does not belong here: how pages
look and are searched, which is `site/` with Sphinx' settings, style, templates. Read in this order: `pages` (which file
is which page), `links` (a document's links on the site), `terms` (words of the glossary), `notebook` (a notebook as a
page), `explorer` (the page of the URL explorer), `sources` (all pages of a language), `build` (both halves).
"""
