import re

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict

from files.forms import UploadField
from tests.files import corpus as c
from ui.forms import Form


class OneForm(Form):
    title = forms.CharField()
    file = UploadField(label="The document")


class ManyForm(Form):
    uploads = UploadField(most_files=3, required=False)


def cleaned(form_class, field, *uploads, **typed):
    files = MultiValueDict({field: [SimpleUploadedFile(name, content) for name, content in uploads]})
    form = form_class(typed, files)
    form.is_valid()
    return form


def test_limits_and_types_are_said_before_anything_is_chosen():
    shown = str(OneForm())
    assert "One file of at most 50 MB. Accepted are PDF, DOCX" in shown
    assert re.search(r'<input type="file"[^>]*accept="\.pdf,\.docx', shown)
    assert re.search(r'<input type="file"[^>]*aria-describedby="id_file_helptext"', shown)
    assert "multiple" not in shown


def test_several_may_be_chosen_where_several_are_wanted():
    shown = str(ManyForm())
    assert "Up to 3 files of at most 50 MB each." in shown
    assert re.search(r'<input type="file"[^>]*multiple', shown)


def test_what_is_chosen_is_cleaned_to_a_list():
    form = cleaned(ManyForm, "uploads", ("a.pdf", c.pdf()), ("b.png", c.png()))
    assert [upload.name for upload in form.cleaned_data["uploads"]] == ["a.pdf", "b.png"]
    assert [upload.inspected.content_type for upload in form.cleaned_data["uploads"]] == [
        "application/pdf",
        "image/png",
    ]


def test_nothing_chosen_is_an_empty_list_or_asked_for():
    assert cleaned(ManyForm, "uploads").cleaned_data["uploads"] == []
    assert cleaned(OneForm, "file", title="Behov").errors["file"] == ["Choose a file."]


def test_a_bad_file_is_told_beside_the_field_and_the_rest_is_kept():
    form = cleaned(OneForm, "file", ("a.pdf", c.MACHINE), title="Fallskydd")
    assert list(form.errors) == ["file"]
    assert form.errors["file"][0].startswith("The content of the file is not what its name says.")
    assert 'value="Fallskydd"' in str(form)


def test_each_bad_file_among_several_is_named():
    form = cleaned(ManyForm, "uploads", ("a.pdf", c.pdf()), ("b<i>.exe", c.MACHINE), ("c.txt", c.PAGE))
    first, second = form.errors["uploads"]
    assert first.startswith("“b<i>.exe”: Files of this kind are not accepted.")
    assert second.startswith("“c.txt”: The content")
    assert "b<i>" not in str(form)


@pytest.mark.parametrize(
    ("form", "field", "said"), [(ManyForm, "uploads", "Choose at most 3 files."), (OneForm, "file", "Choose one file.")]
)
def test_more_files_than_wanted_are_refused_before_any_is_looked_into(form, field, said):
    uploads = [(f"{n}.pdf", c.pdf()) for n in range(4)]
    assert cleaned(form, field, *uploads, title="Behov").errors[field] == [said]
