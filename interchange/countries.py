"""Codes of countries and languages as eForms writes them, and as the arena stores them (ISO 3166-1 and 639-1)."""

from zoneinfo import ZoneInfo


def pairs(words: str) -> dict[str, str]:
    return dict(word.split(":") for word in words.split())


# Fixed here and not asked of the code lists: an organisation's identity must not depend on which lists are loaded.
ALPHA_2 = pairs(
    "ALB:AL AND:AD ARE:AE ARG:AR AUS:AU AUT:AT BEL:BE BGR:BG BIH:BA BRA:BR BRB:BB BWA:BW CAN:CA CHE:CH CHL:CL CHN:CN "
    "COL:CO CYP:CY CZE:CZ DEU:DE DNK:DK EGY:EG ESP:ES EST:EE FIN:FI FRA:FR FRO:FO GBR:GB GEO:GE GIB:GI GRC:GR GRL:GL "
    "HKG:HK HRV:HR HUN:HU IDN:ID IMN:IM IND:IN IRL:IE ISL:IS ISR:IL ITA:IT JEY:JE JPN:JP KEN:KE KOR:KR LIE:LI LTU:LT "
    "LUX:LU LVA:LV MAR:MA MCO:MC MDA:MD MEX:MX MKD:MK MLT:MT MNE:ME NLD:NL NOR:NO NZL:NZ POL:PL PRT:PT REU:RE ROU:RO "
    "SEN:SN SGP:SG SJM:SJ SMR:SM SRB:RS SVK:SK SVN:SI SWE:SE THA:TH TUN:TN TUR:TR TWN:TW UKR:UA USA:US VAT:VA ZAF:ZA "
    "ALA:AX GGY:GG 1A0:XK"
)
ALPHA_3 = {short: long for long, short in ALPHA_2.items()}
UNKNOWN = "ZZ"  # ISO 3166-1 leaves it to its users

LANGUAGES = pairs(
    "BUL:bg CES:cs DAN:da DEU:de ELL:el ENG:en EST:et FIN:fi FRA:fr GLE:ga HRV:hr HUN:hu ISL:is ITA:it LAV:lv LIT:lt "
    "MLT:mt NLD:nl NNO:nn NOB:nb NOR:nb POL:pl POR:pt RON:ro SLK:sk SLV:sl SPA:es SWE:sv"
)  # NOR says no more than "Norwegian"; nearly all of Doffin's NOR is bokmål

LANGUAGES_3 = {short: long for long, short in LANGUAGES.items() if long != "NOR"}

ZONES = pairs(
    "SE:Europe/Stockholm NO:Europe/Oslo DK:Europe/Copenhagen FI:Europe/Helsinki IS:Atlantic/Reykjavik DE:Europe/Berlin "
    "GB:Europe/London IE:Europe/Dublin FR:Europe/Paris BE:Europe/Brussels NL:Europe/Amsterdam LU:Europe/Luxembourg "
    "ES:Europe/Madrid PT:Europe/Lisbon IT:Europe/Rome AT:Europe/Vienna CH:Europe/Zurich PL:Europe/Warsaw "
    "EE:Europe/Tallinn LV:Europe/Riga LT:Europe/Vilnius CZ:Europe/Prague SK:Europe/Bratislava HU:Europe/Budapest "
    "RO:Europe/Bucharest BG:Europe/Sofia GR:Europe/Athens HR:Europe/Zagreb SI:Europe/Ljubljana MT:Europe/Malta "
    "CY:Asia/Nicosia FO:Atlantic/Faroe AX:Europe/Mariehamn"
)


def alpha_2(code: str) -> str:
    """SE of SWE; ZZ of a code that is not here."""
    return ALPHA_2.get(code.strip().upper(), UNKNOWN)


def language(code: str) -> str:
    """sv of SWE, nb of NOR; three small letters where there is no shorter code."""
    return LANGUAGES.get(code, code.lower()[:3])


def language_3(code: str) -> str:
    """SWE of sv, NOB of nb; what came with three letters goes out so."""
    return LANGUAGES_3.get(code, code.upper())


def zone_of(country: str) -> str:
    """The zone in which a buyer of the country (alpha-2) means its times; UTC where it is not known."""
    name = ZONES.get(country, "UTC")
    return ZoneInfo(name).key
