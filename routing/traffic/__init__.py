"""Speeds that change: by time of day, and as they are now."""
