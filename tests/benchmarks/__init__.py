"""Benchmarks: our figure beside the same work done another way, in the same run. `python -m tests.benchmarks`."""
