"""Public question and claim sets: read in their published formats, measured with intervals."""
