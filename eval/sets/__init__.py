"""Benchmark sets: records, loaders, and converters from public distributions."""
