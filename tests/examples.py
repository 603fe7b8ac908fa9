"""Examples of a property test: a profile says how many, and a test that needs more or fewer says so as a multiple."""

import os

from hypothesis import settings

settings.register_profile("dev", deadline=None, max_examples=25)
settings.register_profile("ci", deadline=None, max_examples=100, derandomize=True)
settings.register_profile("nightly", deadline=None, max_examples=1000, print_blob=True)


def load_profile() -> None:
    """Load the profile that HYPOTHESIS_PROFILE names; without it, `ci` where CI is set, and `dev` elsewhere."""
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev"))


def examples(times: float) -> settings:
    """`@examples(5)`: five times as many as the profile has; `@examples(0.1)`: a tenth, for a test of whole reports."""
    return settings(max_examples=max(1, round(times * settings().max_examples)))
