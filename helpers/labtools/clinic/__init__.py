"""The clinic: setups in which one thing is broken, to be found with kubectl and curl, and repaired in any way.

Belongs here: what a case is and how it is played. Does not belong here: the command's options
(`labtools.commands.clinic`), the result in a report (`labtools.report`), the repairs and wrong moves by which the
tests play each case (`tests/flows/clinic`). Read in this order: `case`, `draw`, `objects`; then a case,
`cases/wrong_port.py`; then `ground` (the cluster), `staging` (healthy, then broken), `checking`, `records`, `playing`.

How a case is written. It is a module of `cases`, found by its name, with a `CASE`:

1. `name` is what the learner sees, and says nothing of the fault: a place, as `bakery`. Nothing that is applied says
   it either: names, labels, annotations and ports come from the `Draw`, which a seed decides.
2. `scene(draw)` gives the objects of the healthy state, and those of the broken one (`changed(healthy, KIND, NAME,
   {...})`): one change. Both are shown to be so before the learner is let in. The broken objects are made anew, all at
   once: so they have one age, and neither history nor events nor managedFields tell which of them was changed.
   `live=True` where the Ingresses have to be changed while they are served: then all of them are, equally often.
   `strike` and `tidy` are for changes of what the case has not made (a node, a right).
3. `asks` are the requests by which the check judges, `sick=True` those that the customer complains of. The others must
   go on as they were, closed ones (`"404"`) too: so no repair that breaks or opens something counts. The check asks for
   as long as the case's `patience` until all is so: a right repair is never called none because it shows late.
4. `symptom` is what a customer writes, who knows no Kubernetes. `diagnoses` are five, the right one first (they are
   shuffled), each of which could be the cause as far as the symptom goes; no seed changes their words.
5. `path` is the way that would have led there, from the rule to the Pod: a question, the command, what it shows.
6. Whatever the cluster must have beside a namespace stands in `needs` (`needs.py`); where it is missing the case is not
   offered. What is installed for a case, as the Gateway API (`gateways.py`), is its `equipment`; a controller of its
   own comes from `controllers.py`. Objects name nodes as `nodes.py` says.

`tests/flows/clinic/CASE.py` (named as the module) has at least two `REPAIRS` and three `WRONG_MOVES`.
"""
