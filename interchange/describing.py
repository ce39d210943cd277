"""What programs read beside the pages: schema.org for search engines, and DCAT-AP for the portals that gather data sets.

Public facts alone, the ones that stand on the page. Both are JSON-LD, so a dictionary is all the writer that is needed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from accounts.models import Organisation
from interchange.models import Dump
from knowledge.models import Article, ArticleVersion, Occasion
from procurements.models import KINDS_THAT_ASK, Notice, NoticeVersion
from ui.moments import zone_of

CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
PUBLIC = (
    Organisation.Kind.MUNICIPALITY,
    Organisation.Kind.REGION,
    Organisation.Kind.AGENCY,
    Organisation.Kind.PUBLIC_COMPANY,
)
AUTHORITY = "http://publications.europa.eu/resource/authority"
LANGUAGES = {"sv": "SWE", "nb": "NOB", "en": "ENG"}
MEDIA_TYPES = "https://www.iana.org/assignments/media-types"


def of_notice(
    notice: Notice, version: NoticeVersion, buyers: Iterable[Organisation], *, cpv: list[str], regions: dict[str, str]
) -> dict[str, Any]:
    """The page of a notice, and the demand that it tells of while it asks for something. `cpv`: labels; `regions`: by code."""
    page: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "WebPage",
        "url": settings.URL + notice.get_absolute_url(),
        "name": version.title,
        "description": version.summary,
        "inLanguage": version.language,
        "identifier": notice.procurement.ocid,
        "dateModified": _local(notice.closed_at or version.published_at, version.zone),
        "isAccessibleForFree": True,
        "license": CC0,
        "author": [of_organisation(buyer) for buyer in buyers],
        "publisher": _arena(),
    }
    if notice.kind in KINDS_THAT_ASK:
        page["mainEntity"] = {
            "@type": "Demand",
            "name": version.title,
            "businessFunction": "http://purl.org/goodrelations/v1#Buy",
            "category": cpv,
            "areaServed": [
                {"@type": "AdministrativeArea", "name": name, "identifier": code} for code, name in regions.items()
            ],
            "validFrom": _local(version.published_at, version.zone),
            "validThrough": _local(version.deadline_at, version.zone) if version.deadline_at else "",
        }
    return _without_blanks(page)


def of_organisation(one: Organisation) -> dict[str, Any]:
    """Without its number where that is a person's."""
    return _without_blanks(
        {
            "@type": "GovernmentOrganization" if one.kind in PUBLIC else "Organization",
            "name": one.name,
            "url": settings.URL + one.get_absolute_url(),
            "description": one.description,
            "sameAs": one.website,
            "identifier": one.public_number,
            "address": {"@type": "PostalAddress", "addressCountry": one.country},
        }
    )


def of_article(article: Article, version: ArticleVersion) -> dict[str, Any]:
    """A piece of guidance, in the words that the page shows."""
    return _without_blanks(
        {
            "@context": "https://schema.org",
            "@type": "Article",
            "url": settings.URL + article.get_absolute_url(),
            "headline": version.title,
            "description": version.summary,
            "inLanguage": version.language,
            "datePublished": article.published_at.isoformat(timespec="seconds") if article.published_at else "",
            "dateModified": version.published_at.isoformat(timespec="seconds"),
            "isAccessibleForFree": True,
            "author": _arena(),
            "publisher": _arena(),
        }
    )


def of_event(article: Article, version: ArticleVersion, occasion: Occasion) -> dict[str, Any]:
    """An event of the calendar. The address of the meeting is not public: the page stands for it."""
    page = settings.URL + article.get_absolute_url()
    modes = {(True, False): "Offline", (False, True): "Online", (True, True): "Mixed"}
    mode = modes.get((bool(occasion.place), bool(occasion.online_url)), "")
    state = "Cancelled" if occasion.cancelled_at else "Scheduled"
    places: list[dict[str, Any]] = []
    if occasion.place:
        places.append({"@type": "Place", "name": occasion.place, "address": occasion.place})
    if occasion.online_url:
        places.append({"@type": "VirtualLocation", "url": page})
    return _without_blanks(
        {
            "@context": "https://schema.org",
            "@type": "Event",
            "url": page,
            "name": version.title,
            "description": version.summary,
            "inLanguage": version.language,
            "startDate": _local(occasion.starts_at, occasion.zone),
            "endDate": _local(occasion.ends_at, occasion.zone),
            "eventStatus": f"https://schema.org/Event{state}",
            "eventAttendanceMode": f"https://schema.org/{mode}EventAttendanceMode" if mode else "",
            "location": places,
            "organizer": {"@type": "Organization", "name": occasion.organiser} if occasion.organiser else _arena(),
            "isAccessibleForFree": True,
        }
    )


def _arena() -> dict[str, str]:
    return {"@type": "Organization", "name": settings.NAME, "url": settings.URL}


def _local(moment: datetime, zone: str) -> str:
    """ISO 8601 with its offset: the value that the page has, too (B20)."""
    return moment.astimezone(zone_of(zone)).isoformat(timespec="minutes")


def _without_blanks(facts: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _without_blanks(value) if isinstance(value, dict) else value
        for name, value in facts.items()
        if value not in ("", None, [], {})
    }


# --- DCAT-AP ----------------------------------------------------------------------------------------------------------

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
CATALOGUE = gettext_noop("Open data of the arena for innovation procurement")
ABOUT_CATALOGUE = gettext_noop("What public buyers need and buy that is new, as data that anyone may use for anything.")
NOTICES = gettext_noop("Needs, market consultations and procurements")
ABOUT_NOTICES = gettext_noop(
    "Every notice that is published in the arena, from an unmet need to the effect of what was bought, "
    "with its buyers, dates, codes, changes and outcome."
)
FEED = gettext_noop("Feed of what is new (Atom)")
RELEASES = gettext_noop("Releases of the Open Contracting Data Standard, page by page")
API = gettext_noop("Interface for programs to everything that is published")
CONFORMS: dict[str, Any] = {"dct:conformsTo": {"@id": "https://standard.open-contracting.org/1.1/"}}


def catalogue() -> dict[str, Any]:
    """The catalogue (DCAT-AP 3): one data set, the forms in which it is given out, who publishes it and who answers."""
    home = settings.URL + "/open-data/catalog.jsonld"
    publisher = {
        "@id": f"{home}#publisher",
        "@type": "foaf:Agent",
        "foaf:name": settings.NAME,
        "foaf:homepage": {"@id": f"{settings.URL}/"},
    }
    dataset = {
        "@id": f"{home}#notices",
        "@type": "dcat:Dataset",
        "dct:title": _in_words(NOTICES),
        "dct:description": _in_words(ABOUT_NOTICES),
        "dct:publisher": {"@id": publisher["@id"]},
        "dct:license": {"@id": CC0},
        "dct:accessRights": {"@id": f"{AUTHORITY}/access-right/PUBLIC"},
        "dct:accrualPeriodicity": {"@id": f"{AUTHORITY}/frequency/CONT"},
        "dct:spatial": [{"@id": f"{AUTHORITY}/country/{country}"} for country in ("SWE", "NOR")],
        "dct:language": [{"@id": f"{AUTHORITY}/language/{code}"} for code in LANGUAGES.values()],
        "dcat:theme": [{"@id": f"{AUTHORITY}/data-theme/{theme}"} for theme in ("GOVE", "ECON")],
        "dcat:keyword": ["innovation procurement", "OCDS", "eForms"],
        "dcat:landingPage": {"@id": settings.URL + reverse("open_data")},
        "dcat:contactPoint": {
            "@type": "vcard:Organization",
            "vcard:fn": settings.NAME,
            "vcard:hasEmail": {"@id": f"mailto:{settings.CONTACT_EMAIL}"},
        },
        "dcat:distribution": [
            _form(FEED, f"{settings.URL}{reverse('feeds:notice_feed')}?state=all", "application/atom+xml"),
            _form(RELEASES, settings.URL + reverse("ocds:release_list"), "application/json") | CONFORMS,
            *(_dump(dump) for dump in _newest_dumps()),
        ],
    }
    service = {
        "@id": f"{home}#api",
        "@type": "dcat:DataService",
        "dct:title": _in_words(API),
        "dct:publisher": {"@id": publisher["@id"]},
        "dct:license": {"@id": CC0},
        "dcat:endpointURL": {"@id": settings.URL + reverse("api:start")},
        "dcat:endpointDescription": {"@id": settings.URL + reverse("api:openapi_json")},
        "dcat:servesDataset": {"@id": dataset["@id"]},
    }
    return {
        "@context": CONTEXT,
        "@id": home,
        "@type": "dcat:Catalog",
        "dct:title": _in_words(CATALOGUE),
        "dct:description": _in_words(ABOUT_CATALOGUE),
        "dct:publisher": publisher,
        "dct:license": {"@id": CC0},
        "dct:language": [{"@id": f"{AUTHORITY}/language/{code}"} for code in LANGUAGES.values()],
        "foaf:homepage": {"@id": settings.URL + reverse("open_data")},
        "dcat:dataset": [dataset],
        "dcat:service": [service],
    }


def _form(title: str, address: str, kind: str) -> dict[str, Any]:
    return {
        "@type": "dcat:Distribution",
        "dct:title": _in_words(title),
        "dcat:accessURL": {"@id": address},
        "dcat:mediaType": {"@id": f"{MEDIA_TYPES}/{kind}"},
        "dct:license": {"@id": CC0},
    }


def _newest_dumps() -> list[Dump]:
    newest = Dump.objects.first()
    return list(Dump.objects.filter(day=newest.day)) if newest else []


def _dump(dump: Dump) -> dict[str, Any]:
    is_ocds = dump.form == Dump.Form.OCDS
    facts = {
        "@type": "dcat:Distribution",
        "dct:title": str(dump.get_form_display()),
        "dcat:accessURL": {"@id": settings.URL + reverse("open_data")},
        "dcat:downloadURL": {
            "@id": settings.URL + reverse("ocds:dump_download", args=[str(dump.file).rpartition("/")[2]])
        },
        "dcat:mediaType": {"@id": f"{MEDIA_TYPES}/{'application/jsonl' if is_ocds else 'text/csv'}"},
        "dcat:compressFormat": {"@id": f"{MEDIA_TYPES}/application/gzip"},
        "dcat:byteSize": {"@value": str(dump.size), "@type": "xsd:nonNegativeInteger"},
        "dct:modified": {"@value": dump.made_at.isoformat(timespec="seconds"), "@type": "xsd:dateTime"},
        "dct:license": {"@id": CC0},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"},
            "spdx:checksumValue": {"@value": dump.sha256, "@type": "xsd:hexBinary"},
        },
    }
    return facts | CONFORMS if is_ocds else facts


def _in_words(sentence: str) -> list[dict[str, str]]:
    """In each language of the arena."""
    found = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found.append({"@language": code, "@value": gettext(sentence)})
    return found


def written(facts: dict[str, Any]) -> bytes:
    return json.dumps(facts, ensure_ascii=False, indent=1).encode()
