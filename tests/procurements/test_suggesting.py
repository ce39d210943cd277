import pytest
from django.http import QueryDict

from procurements.models import Notice
from procurements.suggesting import Facts, facts_of, suggest
from procurements.suggesting_forms import AimsMixin, goals_without_target
from tests import make
from ui.forms import ModelForm


def about(*texts: str, **facts: object) -> Facts:
    return Facts(texts=texts, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "column", "code"),
    [
        ("Vi vill återbruka möbler från gamla kontor", "environment", "circ-econ"),
        ("Vi ønsker ombruk av møbler", "environment", "circ-econ"),
        ("Furniture that is reused and repaired", "environment", "circ-econ"),
        ("Lägre utsläpp från våra fordon", "environment", "clim-mitig"),
        ("Overvann og styrtregn", "environment", "clim-adapt"),
        ("Rening av PFAS i dricksvatten", "environment", "pollu-prev"),
        ("Rening av PFAS i dricksvatten", "environment", "water-mar"),
        ("Vi behöver forskning om fall", "innovation", "rd-act"),
        ("Utvikle en ny sensor", "innovation", "prod-innov"),
        ("Nya arbetssätt i hemtjänsten", "innovation", "proc-innov"),
        ("Något som inte finns: det finns inte på marknaden", "innovation", "mar-nov"),
        ("Lærlinger i byggeprosjekter", "strategic", "soc-obj"),
    ],
)
def test_a_word_of_the_text_suggests_a_code_and_is_named_in_the_reason(text, column, code):
    suggestion = suggest(about(text))
    assert code in getattr(suggestion, column)
    reason = next(reason for reason in suggestion.reasons if (reason.column, reason.code) == (column, code))
    assert reason.found in text.lower()
    assert reason.found in str(reason.text)


@pytest.mark.parametrize(
    "text",
    [
        "Kontorsstolar till stadshuset",
        "Ny bil till hemtjänsten",
        "Kompetensutveckling för lärare",
        "New chairs",
        "",
        "Renhold av skoler",
    ],
)
def test_an_ordinary_purchase_suggests_nothing(text):
    suggestion = suggest(about(text))
    assert (suggestion.strategic, suggestion.innovation, suggestion.environment) == ([], [], [])


def test_signs_of_innovation_suggest_the_aim_too():
    assert suggest(about("En prototyp")).strategic == ["inn-pur"]
    assert suggest(about("Cirkulära möbler")).strategic == ["env-imp"]


def test_the_way_of_buying_is_a_signal():
    assert suggest(Facts(procedure="innovation")).innovation == ["mar-nov"]
    assert suggest(Facts(procedure="comp-dial")).innovation == ["mar-nov"]
    assert suggest(Facts(procedure="open")).reasons == []
    assert suggest(Facts(kinds=frozenset({"need", "consultation"}))).strategic == ["inn-pur"]
    assert suggest(Facts(cpv=("73110000",))).innovation == ["rd-act"]


def test_a_problem_without_a_solution_is_a_signal_until_the_solution_is_described():
    assert suggest(Facts(problem="Larmet kommer för sent.", desired_effect="Färre fall.")).strategic == ["inn-pur"]
    assert suggest(Facts(problem="x", desired_effect="y", description="Vi köper larm.")).strategic == []


def test_goals_suggest_what_they_are_about():
    suggestion = suggest(Facts(goals=(10, 12, 13)))
    assert suggestion.environment == ["circ-econ", "clim-mitig"]
    assert suggestion.strategic == ["soc-obj", "env-imp"]
    assert "12" in str(suggestion.why("environment")["circ-econ"])


def test_only_codes_in_use_are_suggested(lists):
    from procurements.suggesting_forms import SENTENCES
    from taxonomy.models import Code

    names = {
        "strategic": "strategic-procurement",
        "innovation": "innovative-acquisition",
        "environment": "environmental-impact",
    }
    for column, name in names.items():
        assert set(SENTENCES[column]) == set(Code.objects.of(name).in_use().values_list("code", flat=True))


# --- the form ---------------------------------------------------------------------------------------------------------


class AimsForm(AimsMixin, ModelForm):
    class Meta:
        model = Notice
        fields = ["goals", "strategic", "innovation", "environment"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.begin_aims(self.instance, suggest(facts_of(self.instance)))


@pytest.fixture
def notice(lists):
    return make.notice(published=False, title="Återbrukade möbler", goals=[12])


def sent(notice: Notice, query: str) -> AimsForm:
    return AimsForm(QueryDict(query), instance=notice)


def test_a_suggestion_stands_beside_its_sentence_and_is_not_ticked(notice):
    page = str(AimsForm(instance=notice)["environment"])
    assert "Suggested, because the text says “återbruk" in page
    assert "checked" not in page
    assert "circ-econ" not in page.replace('value="circ-econ"', "")


def test_a_click_confirms_and_the_aim_follows(notice):
    form = sent(notice, "environment=circ-econ&innovation=mar-nov")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["environment"] == ["circ-econ"]
    assert form.cleaned_data["strategic"] == ["inn-pur", "env-imp"]
    assert form.instance.strategic == ["inn-pur", "env-imp"]


def test_none_of_this_differs_from_never_asked(notice):
    assert notice.strategic == []
    form = sent(notice, "strategic=none")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["strategic"] == ["none"]
    assert "Suggested" not in str(AimsForm(instance=form.instance)["environment"])


@pytest.mark.parametrize("query", ["strategic=none&strategic=inn-pur", "strategic=none&environment=circ-econ"])
def test_none_of_this_and_something_else_is_an_error(notice, query):
    assert "None of this" in sent(notice, query).errors["strategic"][0]


def test_a_retired_code_of_an_imported_notice_stays(notice):
    notice.innovation = ["fp-requ"]
    form = sent(notice, "innovation=mar-nov")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["innovation"] == ["mar-nov", "fp-requ"]


def test_a_code_that_is_not_on_the_list_is_refused(notice):
    assert sent(notice, "environment=nonsense").errors["environment"]


def test_goals_come_with_their_targets(notice):
    form = sent(notice, "goals-0=12&goals-0-target=Hälften+återbrukat+2027&goals-1=3&goals-1-target=")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["goals"] == [12, 3]
    assert form.cleaned_data["goal_targets"] == ["Hälften återbrukat 2027", ""]
    assert goals_without_target([12, 3], ["Hälften återbrukat 2027", ""]) == [3]
    assert form.instance.goals == [12, 3]


def test_a_step_that_does_not_ask_is_no_answer(notice):
    form = AimsForm(QueryDict(""), instance=notice)
    for name in ("goals", "strategic"):
        del form.fields[name]
    assert form.is_valid(), form.errors
    assert "goal_targets" not in form.cleaned_data
