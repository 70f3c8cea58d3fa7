"""Thinc models around one building block: an encoder with a linear head, fed with plain strings."""
