"""What several kinds have in common; pure functions, which know no cluster.

What belongs here: checks of single values (`text`), the list of errors that a check fills (`report`), the rules of
metadata and label selectors (`metadata`), the shapes of columns (`columns`), fields to select by (`fields`), and what
two or more kinds share (`workloads`, `rbac`, ...). `pod_template/` has all about containers, volumes and scheduling,
`structural/` what the schemas of definitions do to values.
What does not: anything that a single kind needs; that stands in its own module.
"""
