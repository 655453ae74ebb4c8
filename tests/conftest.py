"""How Hypothesis looks for counterexamples: the same way on every run."""

from hypothesis import settings

settings.register_profile(
    "nnbook", derandomize=True, database=None, deadline=None, max_examples=60
)
settings.load_profile("nnbook")
