"""What a cell shows: tables, pictures, progress, and errors in one line."""
