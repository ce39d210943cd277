"""What a procurer posts at each step of the wizard, and how."""

STEPS = {
    "need": {
        "language": "sv",
        "title": "Tidig upptäckt av fall",
        "problem": "Larmet kommer för sent.",
        "affected": "Äldre",
        "cost_today": "2 mkr",
        "desired_effect": "Färre fall",
        "tried": "Knapp",
    },
    "hearing": {
        "summary": "Kort",
        "cpv": ["33196000"],
        "regions": ["SE224"],
        "goals-0": "3",
        "goals-0-target": "Hälften så många fall",
    },
    "time": {"zone": "Europe/Stockholm", "contact_email": "upphandling@example.org"},
    "procedure": {"procedure": "open", "nature": "services"},
}


def address(notice, step):
    return f"/sv/procurements/{notice.slug}/edit/{step}/"


def shown(client, notice, step):
    """What the page of a step says that it showed."""
    context = client.get(address(notice, step)).context
    return {"revision": context["revision"], "seen": context["seen"]}


def post(client, notice, step="need", **changes):
    """A save of the step by hand; of what stands there now unless `revision` or `seen` say otherwise."""
    data = {"revision": notice.revision, **STEPS[step], **changes}
    return client.post(address(notice, step), data)


def autosave(client, notice, step="need", **changes):
    data = {"revision": notice.revision, **STEPS[step], **changes}
    return client.post(address(notice, step) + "autosave/", data, headers={"HX-Request": "true"})
