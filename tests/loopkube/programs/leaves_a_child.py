"""Ends, and leaves a child of its own behind."""

import subprocess

print(subprocess.Popen(["sleep", "300"]).pid, flush=True)
