"""The roof: settings, addresses, and whatever needs to see every room. Nothing imports it."""

from arena.celery import app as celery_app

__all__ = ["celery_app"]
