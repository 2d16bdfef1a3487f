"""Benchmarks: seeded data, hand-written loops, peers, and a harness that compares them; see docs/performance.md."""
