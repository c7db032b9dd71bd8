"""Where a learner works: the notebooks as files, JupyterLab, names in /etc/hosts, and who is at work in the folder."""
