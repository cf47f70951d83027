"""What can be reached from a place in time: driving times along all streets, and the area around those within."""
