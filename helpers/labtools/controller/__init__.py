"""Notebook 16: a controller that a learner writes step by step, and trials that show what each step is good for.

Belongs here: the file with its gaps (`steps`, read it first), a stand-in for the API that can be cut off, forget and
repeat (`stand_in`), a program of the learner's that runs against it (`running`), and the trials themselves (`trials`).
The programs are manifests: manifests/write-a-controller/steps and program.
"""
