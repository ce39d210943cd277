import pytest
from django.urls import reverse

from procurements import advising, procedure_choosing, writing
from procurements.models import ProcedureAdvice
from records.models import AuditEvent
from tests import make

pytestmark = pytest.mark.django_db
ANSWERS = {"solution": "developed", "describable": "function", "talks": "yes", "afterwards": "same", "idea": "no"}


@pytest.fixture
def draft():
    return make.notice(kind="competition", published=False, procedure="")


def owner_of(notice):
    return notice.procurement.team.get().user


def address_of(notice):
    return reverse("procurements:procedure_advice", args=[notice.slug]).replace("/sv/", "/en/")


def choose(notice, way="innovation", revision=None):
    revision = notice.revision if revision is None else revision
    return procedure_choosing.choose(notice, way=way, revision=revision, by=owner_of(notice), at=make.NOW)


def test_the_columns_are_the_questions():
    columns = {field.name: field for field in ProcedureAdvice._meta.fields}
    for question in advising.QUESTIONS:
        assert all(len(code) <= columns[question.name].max_length for code, _label in question.choices)
    assert all(len(code) <= columns["chosen"].max_length for code in advising.WAYS)


def test_answers_are_kept_and_ranked_under_the_questions(draft, signed_in):
    client = signed_in(owner_of(draft))
    assert "Nothing to suggest yet" in client.get(address_of(draft)).content.decode()
    assert client.post(address_of(draft), ANSWERS).status_code == 302
    page = client.get(address_of(draft)).content.decode()
    assert page.index("Innovation partnership") < page.index("Competitive dialogue</h3>")
    assert "LOU 6 kap. 30" in page
    assert "not legal advice" in page
    assert ProcedureAdvice.objects.get().talks == "yes"


def test_the_same_answers_again_change_nothing(draft):
    for _turn in range(2):
        procedure_choosing.answer(draft.procurement, answers=ANSWERS, by=owner_of(draft), at=make.NOW)
    assert AuditEvent.objects.filter(action="procedure.answered").count() == 1


def test_an_answer_that_is_none_is_told_and_nothing_is_kept(draft, signed_in):
    answer = signed_in(owner_of(draft)).post(address_of(draft), {"solution": "magic"})
    assert answer.status_code == 422
    assert not ProcedureAdvice.objects.exists()


@pytest.mark.parametrize(("way", "code"), [("innovation", "innovation"), ("ppi", "open"), ("pcp", "oth-mult")])
def test_the_chosen_procedure_is_written_into_the_notice(way, code, draft):
    choose(draft, way)
    draft.refresh_from_db()
    assert draft.procedure == code
    assert ProcedureAdvice.objects.get().chosen == way
    assert advising.procedure_of(way) == code


def test_every_way_has_a_procedure_that_a_notice_can_hold(lists):
    from taxonomy.models import Code

    known = set(Code.objects.of("procurement-procedure-type").values_list("code", flat=True))
    assert {way.procedure for way in advising.WAYS.values()} <= known


def test_a_colleagues_text_is_not_overwritten_and_nothing_is_remembered(draft):
    writing.save(draft, wording={"procedure": "open"}, revision=draft.revision, by=owner_of(draft), at=make.NOW)
    with pytest.raises(writing.Stale):
        choose(draft, revision=draft.revision)
    assert not ProcedureAdvice.objects.exists()


def test_the_page_chooses_and_says_when_it_could_not(draft, signed_in):
    client = signed_in(owner_of(draft))
    client.post(address_of(draft), {"way": "comp-dial", "revision": "nonsense"})
    draft.refresh_from_db()
    assert draft.procedure == ""
    client.post(address_of(draft), {"way": "comp-dial", "revision": draft.revision})
    draft.refresh_from_db()
    assert draft.procedure == "comp-dial"
    assert client.post(address_of(draft), {"way": "barter", "revision": draft.revision}).status_code == 404


def test_a_need_has_no_procedure_and_the_choice_is_kept_for_the_competition(signed_in):
    need = make.notice()
    choose(need)
    need.refresh_from_db()
    assert need.procedure == ""
    assert ProcedureAdvice.objects.get().chosen == "innovation"
    following = writing.go_on(need, kind="competition", by=owner_of(need), at=make.NOW)
    assert following.procedure == "innovation"
    assert "kept for the competition" in signed_in(owner_of(need)).get(address_of(need)).content.decode()


def test_the_page_is_the_teams_alone(draft, signed_in):
    for outsider in (make.member(draft.procurement.organisation), make.member(make.buyer()), make.user()):
        assert signed_in(outsider).get(address_of(draft)).status_code == 404
    assert advising.procedure_of("") == ""
