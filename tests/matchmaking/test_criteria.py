"""The form of what one wants to hear of: every criterion, refused beside its field, kept as it was typed."""

import pytest
from django.http import QueryDict
from django.urls import reverse

from matchmaking.forms import SubscriptionForm
from matchmaking.models import Receiver, Subscription
from notifications.models import Preference
from procurements.models import Kind
from records.models import AuditEvent
from taxonomy.models import Region
from tests import make

pytestmark = pytest.mark.django_db
NEW = "/en/matches/saved-searches/new/"
FILLED = {"name": "Fall", "words": "fallsensor"}


@pytest.fixture
def anna(client):
    anna = make.user()
    client.force_login(anna)
    return anna


def errors(said, field):
    data = QueryDict(mutable=True)
    for name, value in {**FILLED, **said}.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return " ".join(SubscriptionForm(data, usual="daily").errors.get(field, []))


def test_everything_that_is_asked_for_is_saved_and_stands_in_the_form_again(client, anna, lists):
    buyer, network = make.buyer(name="Sagobyns kommun"), make.network()
    said = {
        "words": "fallsensor\nlarm vid fall", "excluded_words": "kamera", "cpv": ["33196000"], "regions": ["SE224"],
        "goals": ["3"], "needs_all": "True", "value_from": "1 000 000", "value_to": "5000000", "currency": "SEK",
        "buyers": [str(buyer.pk)], "networks": [str(network.pk)], "levels": ["A", "B"], "kinds": ["need", "prior"],
        "languages": ["sv"], "rhythm": "weekly",
    }  # fmt: skip
    saved = client.post(NEW, {**FILLED, **said})
    search = Subscription.objects.get(person=anna)
    assert saved.url == reverse("matchmaking:subscription_edit", args=[search.pk])
    assert (search.value_from, search.value_to, search.currency) == (1_000_000, 5_000_000, "SEK")
    assert (search.buyers, search.networks, search.needs_all) == ([buyer.pk], [network.pk], True)
    assert (search.levels, search.kinds, search.languages) == (["A", "B"], ["need", "prior"], ["sv"])
    assert search.excluded_keys == ["english w:kamera", "norwegian w:kamer", "simple w:kamera", "swedish w:kamer"]
    assert search.anchors.exists()
    page = client.get(saved.url)
    assert "Sagobyns kommun" in page.text
    assert network.name in page.text
    assert page.context["form"].is_narrowed
    again = {name: value for name, value in said.items() if name != "rhythm"}
    events = AuditEvent.objects.count()
    assert client.post(saved.url, {**FILLED, **again, "rhythm": "weekly"}).status_code == 302
    assert AuditEvent.objects.count() == events  # the form says of itself what it was given


def test_the_common_questions_come_first_and_the_rest_is_folded_until_it_is_used(client, anna):
    form = client.get(NEW).context["form"]
    assert [field.name for field in form.common_fields] == ["name", "words", "cpv", "regions"]
    assert not form.is_narrowed
    assert client.get(f"{NEW}?q=larm&cpv=33").context["form"].is_narrowed  # both are asked for, as in the list
    page = client.post(NEW, {**FILLED, "value_from": "x"})
    assert page.status_code == 422
    assert page.context["form"].is_narrowed
    assert '<details class="section" open>' in page.text


@pytest.mark.parametrize(
    ("said", "field", "why"),
    [
        ({"value_from": "1000"}, "currency", "Say which currency"),
        ({"value_from": "9", "value_to": "8", "currency": "SEK"}, "value_to", "not below"),
        ({"value_from": "0", "currency": "SEK"}, "value_from", "above zero"),
        ({"value_to": "1" * 13, "currency": "SEK"}, "value_to", "at most twelve digits"),
        ({"value_to": "10.50", "currency": "EUR"}, "value_to", "without decimals"),
        ({"value_to": "many", "currency": "EUR"}, "value_to", "Enter a number"),
        ({"value_to": "9", "currency": "XXX"}, "currency", "valid choice"),
        ({"words": "\n".join(f"ord{number}" for number in range(41))}, "words", "At most 40 lines."),
        ({"words": "ö" * 10_000}, "words", "At most 80 characters a line."),
        ({"excluded_words": "\n".join(f"ord{number}" for number in range(41))}, "excluded_words", "At most 40 lines."),
        ({"words": "& | !"}, "words", "“& | !” has nothing in it to search for."),
        ({"words": "\u200b"}, "words", "nothing in it to search for"),
        ({"words": "fall\0sensor"}, "words", "Null characters are not allowed."),
        ({"cpv": [f"{number:08d}" for number in range(500)]}, "cpv", "Choose at most 60 codes."),
        ({"regions": [f"SE{number}" for number in range(51)]}, "regions", "no region called"),
        ({"buyers": [str(number) for number in range(51)]}, "buyers", "Choose at most 50."),
        ({"buyers": ["999999999"]}, "buyers", "does not exist any more"),
        ({"buyers": ["x"]}, "buyers", "does not exist any more"),
        ({"networks": ["1" * 30]}, "networks", "does not exist any more"),
        ({"buyers-words": "x" * 101}, "buyers", "at most 100 characters"),
        ({"buyers-words": "Ingenting"}, "buyers", "nothing called “Ingenting”"),
        ({"levels": ["Z"]}, "levels", "valid choice"),
        ({"kinds": ["nothing"]}, "kinds", "valid choice"),
        ({"rhythm": "hourly"}, "rhythm", "valid choice"),
        ({"words": "", "kinds": list(Kind.values)}, "__all__", "Say at least one thing"),
    ],
)
def test_what_makes_no_sense_is_refused_beside_its_field(said, field, why):
    assert why in errors(said, field)


def test_at_most_fifty_regions(lists):
    codes = list(Region.objects.values_list("pk", flat=True)[:51])
    assert "at most 50 regions" in errors({"regions": codes}, "regions")
    assert errors({"regions": codes[:50]}, "regions") == ""


def test_all_that_was_typed_is_kept_when_something_is_wrong(client, anna):
    make.buyer(name="Sagobyns kommun")
    page = client.post(
        NEW, {**FILLED, "value_from": "fem", "buyers-words": "sago", "excluded_words": "kamera", "needs_all": "True"}
    )
    assert page.status_code == 422
    for kept in ('value="fem"', 'value="sago"', "kamera", "Sagobyns kommun"):
        assert kept in page.text


def test_a_buyer_is_found_by_a_part_of_its_name_and_chosen_by_a_tick(client, anna):
    sagobyn, other = make.buyer(name="Sagobyns kommun"), make.buyer(name="Sagostads kommun")
    make.supplier(name="Sago AB")  # buys nothing
    page = client.post(NEW, {**FILLED, "buyers-words": "sago komm"})
    assert "Tick what you mean by “sago komm”" in str(page.context["form"].errors["buyers"])
    assert "Sagobyns kommun" in page.text
    assert "Sago AB" not in page.text
    client.post(NEW, {**FILLED, "buyers-words": "sago komm", "buyers": [str(other.pk)]})
    assert Subscription.objects.get().buyers == [other.pk]
    client.post(NEW, {**FILLED, "name": "Två", "buyers-words": "sagobyns KOMMUN"})  # written out, it needs no tick
    assert Subscription.objects.get(name="Två").buyers == [sagobyn.pk]


def test_a_buyer_that_only_published_here_can_be_chosen_too(client, anna):
    imported = make.buyer(name="Fjärran by")
    make.notice(buyer=imported)
    imported.buyer_verified_at = None  # as one that came with an import
    imported.save()
    page = client.get(reverse("matchmaking:name_suggestions", args=["buyers"]), {"buyers-words": "fjärran"})
    assert "Fjärran by" in page.text


def test_suggestions_of_names_while_one_types(client, anna):
    buyer = make.buyer(name="Sagobyns kommun")
    make.network(name="Trygga hem")
    address = reverse("matchmaking:name_suggestions", args=["buyers"])
    assert f'value="{buyer.pk}" checked' in client.get(address, {"buyers": [buyer.pk], "buyers-words": "ingen"}).text
    assert "checkbox" not in client.get(address).text
    networks = reverse("matchmaking:name_suggestions", args=["networks"])
    assert "Trygga hem" in client.get(networks).text  # few: offered before a word is written
    assert client.get(networks, {"networks-words": "%_\\'"}).status_code == 200
    assert client.get(reverse("matchmaking:name_suggestions", args=["passwords"])).status_code == 404
    client.logout()
    assert client.get(address).status_code == 302


def test_an_archived_network_stays_where_it_was_chosen_and_is_offered_no_more(client, anna, at):
    network = make.network(name="Trygga hem")
    search = make.subscription(person=anna, networks=[network.pk])
    network.archived_at = at
    network.save()
    page = client.get(reverse("matchmaking:subscription_edit", args=[search.pk]))
    assert "Trygga hem" in page.text
    assert "Trygga hem" not in client.get(NEW).text


def test_how_often_mail_comes_is_chosen_for_each_search(client, anna):
    Preference.objects.create(user=anna, kind="match", rhythm="weekly")
    form = client.get(NEW).context["form"]
    assert form.fields["rhythm"].choices[0] == ("", "As I have chosen for all suggestions: Once a week")
    client.post(NEW, {**FILLED, "rhythm": "at-once"})
    client.post(NEW, {**FILLED, "name": "Annan", "words": "larm", "rhythm": ""})
    rhythms = dict(Receiver.objects.filter(user=anna).values_list("subscription__name", "rhythm"))
    assert rhythms == {"Fall": "at-once", "Annan": ""}
    assert Preference.objects.get(user=anna).rhythm == "weekly"
    search = Subscription.objects.get(name="Fall")
    client.post(reverse("matchmaking:subscription_edit", args=[search.pk]), {**FILLED, "rhythm": "off"})
    assert search.receivers.get().rhythm == "off"


def test_who_has_stopped_all_mail_of_suggestions_is_told_so(client, anna):
    Preference.objects.create(user=anna, kind="match", rhythm="off")
    assert "You have chosen no mail for all suggestions" in client.get(NEW).text
