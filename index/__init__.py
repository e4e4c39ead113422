"""The searchable index: embed chunks, build and publish indexes, retrieve passages."""
