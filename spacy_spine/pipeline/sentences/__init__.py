"""Sentence boundaries of MRI reports."""
