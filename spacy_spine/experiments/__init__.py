"""Grids of trainings: which tasks share a model, with which encoder and seed, and what came of it."""
