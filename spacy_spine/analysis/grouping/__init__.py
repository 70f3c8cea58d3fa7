"""Which tasks should share a model: gains of groups, and what predicts them."""
