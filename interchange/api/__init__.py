"""The public API at /api/v1/: what an anonymous visitor may read, as data; and with a key what its owner may (docs/api.md).

Nothing here knows a session: `middleware` takes the cookies away before anybody looks at them. Every answer that is an error is a
problem (RFC 9457), and every parameter is declared once (`parameters`), for the check and for the description alike.
"""
