"""The command `lab` and its tools: clusters set up, the doctor, explain, upgrade, the lab report, authoring.

Belongs here: what a person does beside the notebooks. Notebooks come here by few doors of `ingress_lab` (`lab.explain`,
`lab.doctor`, `manifests.upgrade`, `manifests.httproutes`, `Hosts`) and of `labcore.clusters`, each loaded when it is
used. Read in this order: `start`, `cli`, `commands`; then the tool that you look for.
"""
