"""Turn-by-turn instructions, lines and annotations of a path."""
