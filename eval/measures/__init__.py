"""Measures: definition, formula and source in each docstring; no model and no network."""
