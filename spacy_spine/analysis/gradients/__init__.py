"""Do tasks pull the same way? Gradients by attention head."""
