"""Property tests here draw pictures; how long one takes is the machine's matter."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("pictures", deadline=None)
settings.load_profile("pictures")
