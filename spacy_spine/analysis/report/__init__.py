"""What was measured, as figures, tables and one page."""
