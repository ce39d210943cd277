"""Tags and filters that every template has (a builtin of the template engine)."""

from django import template

register = template.Library()
