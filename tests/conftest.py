"""Settings of all tests."""

from hypothesis import settings

# The same examples in every run, so that a failure can be repeated, and no deadline: a machine may be busy.
# New examples: pytest --hypothesis-profile=explore
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("explore", max_examples=2000, deadline=None, print_blob=True)
settings.load_profile("repeatable")
