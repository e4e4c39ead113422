"""Scripts that make the small models the product ships, from sets whose licence allows it."""
