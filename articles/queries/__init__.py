"""Read queries over several tables."""
