"""Notices that are fetched: one module for each place, and `rounds.py` that asks them all. Off unless ARENA_FETCH names them."""
