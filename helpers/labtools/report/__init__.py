"""The lab report: the series run afresh, and what was tried and seen written down.

Belongs here: running notebooks, reading their outputs as data, and the three forms of the report (`index.html`,
`report.md`, `report.json`). Does not belong here: anything a notebook itself needs.

Read in this order: `record` (what a report holds), `run` (making one), `execute` (running a notebook), `outputs`
(tables, checks and pictures in outputs), `sections` (a notebook as experiments), `handing_in` and `lab_log` (what is
gathered from all notebooks), `contents` (the parts of a report), `page`, `log`, `data` (the three forms), `against`
with `changed_files` and `changed_outputs` (what changed since an earlier report), `merge` (an overview of many). The
form of `report.json` is documented in `schema.json`.
"""
