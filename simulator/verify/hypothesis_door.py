"""The one door to Hypothesis, which is not installed with the simulator itself: it says what to install."""

from __future__ import annotations

try:
    from hypothesis import stateful
    from hypothesis import strategies as st
except ModuleNotFoundError as error:
    # Hypothesis that is there and lacks something of its own is another story, told as it is.
    if (error.name or "").partition(".")[0] != "hypothesis":
        raise
    raise ImportError(
        "simulator.verify makes its documents with Hypothesis, which is not installed: "
        "pip install 'cfis-simulator[verify]'",
        name="hypothesis",
    ) from error

__all__ = ["st", "stateful"]
