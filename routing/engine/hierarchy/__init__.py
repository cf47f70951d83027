"""A customizable contraction hierarchy over driving states: see the package's README."""
