"""The lab log that began this series: its 20 statements, each with what this run's cells showed of it, and a mark.

Belongs here: the statements, which cells show them and how their outputs are read, and the marks. Nothing observed is
written here: it comes from the outputs of a run. Does not belong here: how the log looks on a page.

Read in this order: `checks` (what a statement says of a cell, and how the cell is read), `outline` (the log's parts)
with `opening`, `features`, `differences`, `environment`, `mapping` (the statements), `judging` (the marks of a run).
"""
