"""Telling other systems what happens (G5): what to tell, the signed message, the guarded way out, and the pages (decision 0019)."""
