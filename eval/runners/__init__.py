"""Runners: put the product's own parts through a set and measure what comes out."""
