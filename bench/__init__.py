"""`make bench`: what the local cluster costs, measured here and now and printed as a table.

Machines differ and are noisy: compare rows of one run, never two machines. Every row gives the number of
repeats, the median and the range. `make measure` (`house`) measures the code instead: its size and shape.
"""
