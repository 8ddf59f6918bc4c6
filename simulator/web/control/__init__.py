"""The control API under `/_sim/`: looks at a world and moves it, as the table in `schemas/control/` says."""
