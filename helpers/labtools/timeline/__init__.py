"""What followed a change, lane by lane: who did what, and when, until a client got its answer.

Belongs here: watching the objects of a namespace while something is applied, asking a URL again and again, and reading
from both who did what. The times are those at which this process heard of it; a watch was open before the change.
Does not belong here: drawing (`labcore.pictures.swimlanes`).

Read in this order: `timeline` (what a notebook holds), `watching`, `polling`, `reading` (from what was seen to marks),
`pods` (what a Pod's changes mean).
"""
