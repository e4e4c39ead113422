"""Parsers behind one port, chosen by what a file contains."""
