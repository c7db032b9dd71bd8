"""Requests and answers: from this machine to the lab's entry, and from a Pod inside the cluster."""
