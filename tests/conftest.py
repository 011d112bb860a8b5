"""In CI the property tests draw the same examples every time, so that a red run is about the change and can be repeated."""

import os

from hypothesis import settings

settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")
