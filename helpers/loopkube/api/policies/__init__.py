"""Admission policies, written in CEL: ValidatingAdmissionPolicy and MutatingAdmissionPolicy with their bindings.

Read in this order: inputs (what expressions are given), budget (how an expression is evaluated within the limits),
compiled (a policy ready to run), source (the policies that have bindings), params, invocation (which policies a
request is for), validating and mutating (the two stages of the chain), patching (what a mutation makes of an object),
checking (the status of a policy: its expressions against the types that it is for).
"""
