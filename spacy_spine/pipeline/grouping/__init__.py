"""Which motion segments a sentence speaks of."""
