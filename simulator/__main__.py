"""`python -m simulator` is `cfis-sim`."""

from __future__ import annotations

from simulator.cli import main

main()
