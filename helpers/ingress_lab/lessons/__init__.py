"""Helpers of single lessons: predictions, exercises, packets by OSI layer, certificates, the plan of nodes."""
