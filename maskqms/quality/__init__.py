"""What went wrong and what was done about it: deviations, opened by anybody, closed by quality with a signature."""
