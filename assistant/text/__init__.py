"""Text: normalisation with offset maps, sentences, tokens, quantities and dates."""
