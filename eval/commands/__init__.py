"""The commands of ``python -m eval``, one module for each group; :mod:`eval.cli` puts them together."""
