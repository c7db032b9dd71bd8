"""Programs around the lab: how they are installed, JupyterLab, Docker's ports, who is at work in this folder."""
