"""Settings of Sphinx for one half of the site (`make site`); the pages are written by labtools.authoring.site."""

import os
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

language = os.environ["SITE_LANGUAGE"]
project = {"en": "Ingress, hands on", "ko": "Ingress 실습"}[language]
html_title = project
html_show_copyright = False  # the foot names the licence

extensions = ["myst_nb", "korean_search"]
exclude_patterns = ["download"]
locale_dirs = ["locale"]  # beside the pages: Sphinx writes compiled files there
templates_path = [str(HERE / "_templates")]

nb_execution_mode = "off"
myst_enable_extensions = ["colon_fence"]  # no dollarmath: `$` is the shell's here
myst_heading_anchors = 4
suppress_warnings = ["misc.highlighting_failure"]

html_theme = "pydata_sphinx_theme"
html_static_path = [str(HERE / "_static")]
html_css_files = ["series.css"]
html_show_sourcelink = False
html_copy_source = False
html_use_index = False
html_search_language = language
html_search_scorer = str(HERE / "scorer.js")
html_sidebars = {"index": [], "docs/glossary": [], "urls": [], "search": []}
html_context = {"default_mode": "auto", "report": os.environ.get("SITE_REPORT")}
html_theme_options = {
    "navbar_start": ["navbar-logo"],
    "navbar_center": ["navbar-nav"],
    "navbar_end": ["report.html", "language.html", "theme-switcher"],
    "navbar_persistent": ["search-button"],
    "search_bar_text": {"en": "Search the series", "ko": "시리즈에서 검색"}[language],
    "show_prev_next": True,
    "footer_start": ["licence.html"],
    "footer_end": ["theme-version"],
    "secondary_sidebar_items": ["page-toc"],
    "show_toc_level": 2,
}
