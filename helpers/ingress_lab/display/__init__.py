"""What a cell shows: tables, verdicts, progress, and errors in one line."""
