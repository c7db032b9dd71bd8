"""`lab capstone`: the shop of notebook 18, customers who ask all the time, and a judge who looks at answers alone.

Belongs here: what the shop should answer, the clients that ask for it while somebody moves it, and what is said of
their answers. Does not belong here: how it can be moved (`tests/flows/capstone` has two ways). Read in this order:
`shop` (what is right), `zone` (where names lead), `customer` (one request), `sender` (the process that asks all the
time), `record` (what it writes), `starting`, `judging` with `aspects`, `traffic` and `closing`, `shown`, `result`.
"""
