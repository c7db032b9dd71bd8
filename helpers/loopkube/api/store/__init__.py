"""Where the objects live: SQLite on disk, an index in memory, and a window of past events for watches."""
