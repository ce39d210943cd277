"""The Open Contracting Data Standard 1.1.5: what is public here, as releases, packages and records (F6)."""
