"""For authors: `python -m labtools.authoring COMMAND` (see `--help`), and `make notebooks`, `make messages`.

Belongs here: what is needed to write the series, and never to follow it. Read `running` (stored outputs), `template`
(a new notebook), `phrases` (message files), then `translating`, `prose` and `twins` (a notebook in another language),
`korean` (its prose as a page, its words counted); `front` draws the pictures of README.md, `folder_map` and `names`
write lists of folders and of public names; `site` makes the static site.
"""
