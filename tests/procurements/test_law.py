import json
import shutil
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from procurements import law

STOCKHOLM = ZoneInfo("Europe/Stockholm")
# Published tables of Easter Sunday.
EASTERS = [
    (2000, 4, 23), (2008, 3, 23), (2011, 4, 24), (2016, 3, 27), (2019, 4, 21), (2024, 3, 31), (2025, 4, 20),
    (2026, 4, 5), (2027, 3, 28), (2030, 4, 21), (2035, 3, 25), (2038, 4, 25), (2049, 4, 18), (2076, 4, 19),
]  # fmt: skip


def at(day, clock="10:00", zone=STOCKHOLM):
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=zone).astimezone(UTC)


def problem(publish, deadline, procedure="open", country="SE", **facts):
    facts = law.Facts(kind="competition", procedure=procedure, **facts)
    return law.time_problem(facts, publish_at=publish, deadline_at=deadline, country=country)


@pytest.mark.parametrize(("year", "month", "day"), EASTERS)
def test_easter_falls_where_the_tables_say(year, month, day):
    assert law.easter(year) == date(year, month, day)


def test_easter_is_a_sunday_between_the_equinox_and_late_april_for_two_hundred_years():
    sundays = [law.easter(year) for year in range(1900, 2100)]
    assert {day.weekday() for day in sundays} == {6}
    assert all((3, 22) <= (day.month, day.day) <= (4, 25) for day in sundays)


def test_swedish_days_off_move_with_the_calendar():
    profile = law.profile_of("SE")
    off = {
        "2026-04-03",
        "2026-04-06",
        "2026-05-14",
        "2026-06-19",
        "2026-06-20",
        "2026-10-31",
        "2026-12-24",
        "2026-01-06",
    }
    assert all(profile.is_day_off(date.fromisoformat(day)) for day in off)
    assert not profile.is_day_off(date(2026, 4, 2)), "Maundy Thursday is a working day in Sweden"
    assert profile.holidays.of(2027) >= {date(2027, 6, 25), date(2027, 6, 26), date(2027, 11, 6)}
    for year in range(2020, 2060):
        eve, midsummer = sorted(day for day in profile.holidays.of(year) if day.month == 6 and day.day >= 19)
        assert (eve.weekday(), midsummer.weekday(), (midsummer - eve).days) == (4, 5, 1)


def test_norwegian_days_off_are_its_own():
    profile = law.profile_of("NO")
    assert all(profile.is_day_off(day) for day in (date(2027, 5, 17), date(2026, 4, 2), date(2026, 5, 25)))
    assert not profile.is_day_off(date(2026, 12, 24))


def test_the_agencys_own_example_of_a_standstill():
    """Upphandlingsmyndigheten: told on 1 April 2019, contract on the 12th; told on the 18th, day 10 is a Sunday, contract on the 30th."""
    assert law.earliest_contract("SE", date(2019, 4, 1))[1] == date(2019, 4, 12)
    assert law.earliest_contract("SE", date(2019, 4, 18))[1] == date(2019, 4, 30)
    assert law.earliest_contract("NO", date(2019, 4, 1), means="other")[1] == date(2019, 4, 17)


@pytest.mark.parametrize(
    ("country", "procedure", "ordinary", "urgent"),
    [
        ("SE", "open", 30, 15), ("SE", "restricted", 30, 15), ("SE", "neg-w-call", 30, 15), ("SE", "comp-dial", 30, 30),
        ("SE", "innovation", 30, 30), ("NO", "open", 30, 15), ("NO", "restricted", 30, 15), ("NO", "innovation", 30, 30),
        ("FI", "open", 30, 15), ("FI", "comp-dial", 30, 30),
    ],
)  # fmt: skip
def test_the_shortest_times_of_the_law(country, procedure, ordinary, urgent):
    assert law.shortest_time(country, procedure).days == ordinary
    assert law.shortest_time(country, procedure, is_urgent=True).days == urgent
    assert law.shortest_time(country, procedure).paragraph


def test_tenders_after_an_invitation_have_their_own_time_and_paper_takes_five_days_more():
    assert law.shortest_time("SE", "restricted", stage="tenders").days == 25
    assert law.shortest_time("SE", "restricted", stage="tenders", is_electronic=False).days == 30
    assert law.shortest_time("SE", "restricted", stage="tenders", is_urgent=True).days == 10
    assert law.shortest_time("SE", "open", is_electronic=False).days == 35
    assert law.shortest_time("SE", "neg-wo-call") is None


def test_the_day_after_publication_is_day_one_and_the_last_day_counts_whole():
    published = at("2026-09-01", "08:00")  # a Tuesday; day 30 is Thursday 1 October
    assert problem(published, at("2026-10-01", "23:59")) is None
    warning = problem(published, at("2026-10-01", "23:58"))
    assert (warning.code, warning.days_given, warning.rule.days) == ("urgent-only", 29, 30)
    assert warning.earliest == at("2026-10-01", "23:59")
    assert "LOU 11 kap." in warning.sentence
    assert "1 October 2026" in warning.sentence


def test_a_time_that_ends_on_a_day_off_ends_after_the_next_working_day():
    published = at("2026-11-26")  # day 30 is Boxing Day, a Saturday; then Sunday; Monday the 28th is a working day
    assert law.earliest_deadline("SE", published, 30, "Europe/Stockholm") == at("2026-12-28", "23:59")
    warning = problem(published, at("2026-12-26", "23:59"))
    assert warning.days_given == 30
    assert "day off" in warning.sentence
    assert problem(published, at("2026-12-28", "23:59")) is None


def test_a_deadline_may_fall_on_a_day_off_when_the_time_was_over_before():
    assert problem(at("2026-09-01"), at("2026-10-03", "12:00")) is None  # a Saturday


def test_too_short_even_when_it_is_urgent():
    assert problem(at("2026-09-01"), at("2026-09-10")).code == "too-short"
    assert problem(at("2026-09-01"), at("2026-09-16", "23:59"), is_urgent=True) is None
    assert problem(at("2026-09-01"), at("2026-09-16", "23:59")).code == "urgent-only"
    assert problem(at("2026-09-01"), at("2026-09-20"), procedure="comp-dial", is_urgent=True).code == "too-short"


def test_below_the_threshold_no_days_are_fixed_and_it_is_advice_alone():
    warning = problem(at("2026-09-01"), at("2026-09-07"), is_below=True)
    assert warning.code == "advice"
    assert not warning.rule.is_minimum
    assert "19 kap. 11 §" in warning.sentence
    assert problem(at("2026-09-01"), at("2026-09-14"), is_below=True) is None


def test_needs_and_unknown_procedures_have_no_shortest_time():
    facts = law.Facts(kind="need", procedure="open")
    assert law.time_problem(facts, publish_at=at("2026-09-01"), deadline_at=at("2026-09-02"), country="SE") is None
    assert problem(at("2026-09-01"), at("2026-09-02"), procedure="oth-mult") is None
    assert problem(at("2026-09-01"), at("2026-09-02"), procedure="") is None


@pytest.mark.parametrize("night", ["2027-03-28", "2026-10-25"])
def test_the_days_are_the_calendars_when_the_clock_is_turned(night):
    published = datetime.combine(date.fromisoformat(night) - timedelta(days=10), datetime.min.time(), STOCKHOLM)
    earliest = law.earliest_deadline("SE", published.astimezone(UTC), 15, "Europe/Stockholm").astimezone(STOCKHOLM)
    assert (earliest.hour, earliest.minute) == (23, 59)
    assert law.whole_days(published, earliest, "Europe/Stockholm") >= 15


def test_the_day_is_the_buyers_own_and_not_that_of_utc():
    """Half past eleven at night in UTC is the next day in Oslo."""
    published = datetime(2026, 8, 31, 22, 30, tzinfo=UTC)
    assert law.earliest_deadline("NO", published, 30, "Europe/Oslo") == at("2026-10-01", "23:59")


def test_more_days_never_give_an_earlier_deadline():
    for start in range(0, 1500, 13):
        published = at("2026-01-01") + timedelta(days=start)
        ends = [law.earliest_deadline("SE", published, days, "Europe/Stockholm") for days in (10, 15, 25, 30, 35)]
        assert ends == sorted(ends)
        assert all(not law.profile_of("SE").is_day_off(end.astimezone(STOCKHOLM).date()) for end in ends)


def test_every_country_has_one_default_ground_and_words_in_three_languages():
    for profile in law.profiles("").values():
        assert profile.default_ground.ends == "outcome"
        assert profile.ground("market-dialogue").ends == "none"
        texts = [ground.text for ground in profile.secrecy] + list(profile.words.values()) + [profile.disclaimer]
        assert all(text.sv and text.nb and text.en for text in texts)
    assert law.profile_of("FI").country == "EU"
    assert law.profile_of("no").country == "NO"


# --- a lawyer's own files ---------------------------------------------------------------------------------------------


@pytest.fixture
def lawyer(tmp_path, settings):
    shutil.copy(law.OURS / "se.json", tmp_path / "se.json")
    settings.LEGAL_DIR = str(tmp_path)

    def change(edit):
        data = json.loads((law.OURS / "se.json").read_text())
        edit(data)
        (tmp_path / "se.json").write_text(json.dumps(data))
        law.profiles.cache_clear()
        return law.check()

    yield change
    law.profiles.cache_clear()


def test_a_changed_file_counts_without_code(lawyer):
    assert lawyer(lambda data: [row.update(days=40) for row in data["times"] if row["condition"] == "electronic"]) == []
    assert law.shortest_time("SE", "open").days == 40
    assert law.shortest_time("NO", "open").days == 30


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (lambda data: data["times"][0].update(days=0), "1 to 365 days"),
        (lambda data: data["times"][0].update(days="30"), "1 to 365 days"),
        (lambda data: data["times"][0].update(paragraph=" "), "paragraph"),
        (lambda data: data["times"].append(data["times"][0]), "twice"),
        (lambda data: data["times"][0].update(procedure="opne"), "do not know"),
        (lambda data: data["secrecy"][1].update(is_default=True), "by default"),
        (lambda data: data["secrecy"][0].update(ends="never"), "end"),
        (lambda data: data.update(country="NO"), "country"),
        (lambda data: data.pop("holidays"), "holidays"),
        (lambda data: data["holidays"].update(fixed=["02-30"]), "ValueError"),
        (lambda data: data["words"].pop("winner"), "winner"),
        (lambda data: data["procedures"].pop("pcp"), "pcp"),
    ],
)
def test_nonsense_in_a_file_is_told_with_its_name(edit, says, lawyer):
    (error,) = lawyer(edit)
    assert error.id == "procurements.E001"
    assert "se.json" in error.msg
    assert says in error.msg


def test_a_directory_that_is_not_there_is_told(settings):
    settings.LEGAL_DIR = "/nowhere/at/all"
    (error,) = law.check()
    assert "/nowhere/at/all" in error.msg
