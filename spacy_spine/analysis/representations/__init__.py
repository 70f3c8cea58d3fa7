"""Do models represent reports alike? Activations and CKA."""
