"""The bars of the simulator, measured as ratios in one run: `python -m benchmarks`."""
