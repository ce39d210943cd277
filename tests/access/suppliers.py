"""Profiles of suppliers."""

from tests.access.cells import EVERYONE

ROWS: dict[tuple[str, str, str], str] = {
    ("suppliers:supplier_detail", "GET", "public"): EVERYONE,
    # A profile that is not public is for buyers and its own people (B12).
    #                                             anon strg srdr sedt osup brdr bedt badm obuy nmem nlea cura prog supp admn susp
    ("suppliers:supplier_detail", "GET", "private"): (
        "                                         404  404  200  200  404  200  200  200  200  200  200  404  404  404  404  404"
    ),
}
