"""The same requests to real nginx and to what it is to be replaced by: which answers differ, and in what.

Belongs here: the requests that a set of Ingresses makes worth asking (`corpus`), the stand-ins that answer them, the
sides that they are sent to, the comparison, and its report. Does not belong here: reading and converting Ingresses.
Read in this order: `request`, `corpus`, `seen`, `comparing`, `sides`, `running`, `result`.
"""
