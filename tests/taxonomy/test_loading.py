import csv
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from taxonomy import loading
from taxonomy.models import GONE, Code, CpvCode, EverydayWord, Goal, Region, Term

GC = """<?xml version="1.0" encoding="UTF-8"?>
<gc:CodeList xmlns:gc="http://docs.oasis-open.org/codelist/ns/genericode/1.0/"><SimpleCodeList>{rows}</SimpleCodeList></gc:CodeList>"""
ROW = (
    '<Row><Value ColumnRef="code"><SimpleValue>{code}</SimpleValue></Value>'
    '<Value ColumnRef="Name"><SimpleValue>{name}</SimpleValue></Value></Row>'
)


def write_csv(path: Path, *rows: str) -> None:
    path.write_text("\n".join(["code,en,sv,nb,retired", *rows, ""]), encoding="utf-8")


def write_gc(path: Path, **names: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(
        GC.format(rows="".join(ROW.format(code=code.replace("_", "-"), name=name) for code, name in names.items()))
    )


def test_the_starter_lists_hold_what_the_arena_needs(codes):
    assert CpvCode.objects.exclude(label_en="").exclude(label_sv="").exclude(label_nb="").count() >= 800
    assert Goal.objects.count() == 17
    assert Term.objects.count() >= 30
    assert EverydayWord.objects.count() >= 150
    assert {"SE224", "NO082", "NO083", "DK01", "FI1B1", "IS001", "DE"} <= set(
        Region.objects.values_list("pk", flat=True)
    )
    assert Code.objects.get(list="country", code="GRC").iso2 == "GR"
    assert Code.objects.of("secrecy-ground").in_use().count() == 5
    assert Code.objects.of("innovative-acquisition").exclude(retired="").count() == 4


def test_a_second_load_writes_nothing(codes):
    again = loading.load()
    assert (again.added, again.changed, again.retired) == (0, 0, 0)
    assert again.unchanged == codes.added


def test_every_everyday_word_points_to_codes_that_exist(codes):
    known = set(CpvCode.objects.values_list("pk", flat=True))
    assert not {code for word in EverydayWord.objects.all() for code in word.cpv} - known


def test_every_code_but_a_division_has_the_parent_that_its_digits_say(codes):
    assert not CpvCode.objects.filter(parent=None).exclude(level=1).exists()
    assert CpvCode.objects.get(pk="33196000").parent_id == "33190000"
    assert Region.objects.get(pk="SE224").parent_id == "SE22"


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_starter_labels_are_the_official_ones(reference):
    shared = [path for path in sorted(loading.STARTER.glob("*.csv")) if (reference / path.name).exists()]
    assert len(shared) >= 23
    for path in shared:
        official = {row["code"]: row for row in rows_of(reference / path.name)}
        for row in rows_of(path):
            columns = ("label", "in_2021", "in_2024") if path.stem == "nuts" else tuple(row)
            assert {column: row[column] for column in columns} == {c: official[row["code"]][c] for c in columns}, (
                path.name
            )


def test_full_lists_load_over_the_starter_lists(reference, codes):
    done = loading.load(reference)
    assert done.added > 8000
    assert CpvCode.objects.count() == 9454
    assert CpvCode.objects.get(pk="33111610").parent_id == "33111600"
    assert done.retired == 0
    again = loading.load(reference)
    assert (again.added, again.changed, again.retired) == (0, 0, 0)


def test_a_code_that_disappears_is_kept_and_marked_retired(codes, tmp_path):
    write_csv(tmp_path / "contract-nature.csv", "works,Works,Byggentreprenader,Bygg,", "supplies,Goods,Varor,Varer,")
    done = loading.load(tmp_path)
    services = Code.objects.get(list="contract-nature", code="services")
    assert services.retired == GONE
    assert services.label("sv") == "Tjänster"
    assert done.retired == 1
    assert Code.objects.get(list="contract-nature", code="supplies").label("en") == "Goods"
    write_csv(
        tmp_path / "contract-nature.csv", *(f"{code},a,b,c," for code in ("works", "supplies", "services", "combined"))
    )
    loading.load(tmp_path)
    assert Code.objects.get(list="contract-nature", code="services").retired == ""


def test_an_unpacked_sdk_is_read_and_norwegian_labels_survive_it(codes, tmp_path):
    write_gc(tmp_path / "codelists" / "contract-nature.gc", works="Works!", supplies="Supplies", services="Services")
    write_gc(tmp_path / "codelists" / "country_eu-country.gc", SWE="Kingdom of Sweden")
    (tmp_path / "translations").mkdir()
    (tmp_path / "translations" / "code_sv.xml").write_text(
        '<?xml version="1.0"?><!DOCTYPE properties SYSTEM "properties.dtd"><properties>'
        '<entry key="code|name|contract-nature.works">Byggen</entry><entry key="field|name|BT-1">x</entry>'
        "</properties>",
        encoding="utf-8",
    )
    loading.load(tmp_path)
    works = Code.objects.get(list="contract-nature", code="works")
    assert (works.label("en"), works.label("sv")) == ("Works!", "Byggen")
    assert works.label("nb") not in ("", "Works!")
    assert Code.objects.get(list="country", code="NOR").retired == ""  # a part of a list retires nothing
    assert Code.objects.get(list="country", code="SWE").iso2 == "SE"


def test_entities_in_a_list_are_not_followed(codes, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("hemligt")
    (tmp_path / "contract-nature.gc").write_text(
        f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>'
        + GC.split("?>\n")[1].format(rows=ROW.format(code="works", name="&e;"))
    )
    loading.load(tmp_path)
    assert not Code.objects.filter(label_en__contains="hemligt").exists()


def test_a_broken_file_changes_nothing_and_is_named(codes, tmp_path):
    write_gc(tmp_path / "codelists" / "aaa.gc", one="One")
    (tmp_path / "codelists" / "contract-nature.gc").write_text("<CodeList><Row>")
    with pytest.raises(loading.NotReadable, match=r"contract-nature\.gc"):
        loading.load(tmp_path)
    assert not Code.objects.of("aaa").exists()


def test_malformed_cpv_codes_are_skipped_and_counted(codes, tmp_path):
    write_csv(tmp_path / "cpv.csv", "33196000-2,x,x,x,")
    done = loading.load(tmp_path)
    assert (done.skipped, done.retired) == (1, 0)  # a list without one good code retires nothing


def test_the_command_says_what_it_did_and_what_is_wrong(db, tmp_path, capsys):
    call_command("load_codes")
    assert "codes added" in capsys.readouterr().out
    with pytest.raises(CommandError, match="is not a directory"):
        call_command("load_codes", str(tmp_path / "nowhere"))
    with pytest.raises(CommandError, match="no code lists"):
        call_command("load_codes", str(tmp_path))
