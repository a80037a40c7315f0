"""Documents from web addresses, when the settings allow it."""
