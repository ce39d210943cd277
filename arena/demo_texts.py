"""What the demonstration's notices say. Invented buyers with needs that real ones have; days count from the day of loading."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Text:
    key: str
    by: str  # the local part of the writer's address in arena.demo.ACCOUNTS
    organisation: str
    kind: str
    published: int  # days before today
    wording: dict[str, Any]
    deadline: int | None = None  # days after today; the hour is noon, local time
    questions: int | None = None
    after: str = ""  # the text that it follows in the chain
    group: str = ""
    amended: dict[str, Any] = field(default_factory=dict)  # with a "reason"
    having: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # parts; the days of a stage count from today


FALL_NEED = {
    "language": "sv",
    "title": "Tidig upptäckt av fallrisk i hemmet",
    "summary": "Vi söker sätt att märka att risken för fall ökar, innan olyckan sker, för äldre som bor hemma. Utan kamera.",
    "problem": "Varje vecka faller omkring fjorton äldre personer i våra kommuner så illa att de behöver sjukhusvård. Larmet "
    "kommer först när någon redan ligger på golvet, och var tredje person bär inte sin larmknapp.",
    "affected": "3 900 personer över 80 år som bor hemma, deras närstående, 620 medarbetare i hemtjänsten och akutsjukvården.",
    "cost_today": "Ungefär 31 miljoner kronor om året i vård och omsorg efter fall i våra tre kommuner, och 2 400 vårddygn.",
    "desired_effect": "Hälften så många fall som leder till sjukhusvård inom två år. Medarbetarna ska få veta om en ökad risk "
    "minst ett dygn i förväg, utan att någon filmas.",
    "tried": "Trygghetslarm med knapp, halkskydd, fallförebyggande hembesök och en pilot med rörelsemattor vid sängen. "
    "Mattorna gav många falsklarm.",
    "cpv": ["33196000", "35121700", "85310000"],
    "regions": ["SE332", "SE331"],
    "goals": [3, 10, 11],
    "contact_name": "Upphandlingsenheten",
    "contact_email": "upphandling@fjallvik.example",
    "zone": "Europe/Stockholm",
}

TEXTS = (
    Text("fall", "upphandlare", "fjallviks-kommun", "need", 34, FALL_NEED, group="fallrisk"),
    Text(
        "fall-dialog",
        "upphandlare",
        "fjallviks-kommun",
        "consultation",
        6,
        {
            "title": "Marknadsdialog: tidig upptäckt av fallrisk i hemmet",
            "summary": "Tre kommuner bjuder in till skriftliga svar om hur fallrisk kan märkas tidigare. Frågorna är åtta.",
            "description": "Vi vill förstå vad som redan finns, vad som behöver utvecklas och vad som skulle göra det svårt för "
            "er att lämna anbud. Svara kortfattat på de åtta frågorna i underlaget.\n\nAlla får samma underlag, och en "
            "sammanfattning av svaren publiceras här innan upphandlingen utformas. Affärshemligheter ska inte lämnas i svaret.",
        },
        deadline=25,
        questions=11,
        after="fall",
        amended={"deadline": 32, "reason": "Flera leverantörer har bett om mer tid. Sista dag flyttas en vecka."},
    ),
    Text(
        "byggaterbruk",
        "upphandlare",
        "fjallviks-kommun",
        "need",
        12,
        {
            "language": "sv",
            "title": "Återbruk av byggmaterial mellan kommuner",
            "summary": "Dörrar, undertak och belysning kastas när lokaler byggs om. Vi vill att de hittar till nästa bygge i tid.",
            "problem": "När skolor och kontor byggs om slängs användbart material, därför att ingen vet i tid vad som blir över, "
            "var det finns och om det håller. Nytt material köps samma månad några kvarter bort.",
            "affected": "Fastighetsavdelningarna, byggentreprenörer och i längden hyresgäster och skattebetalare.",
            "cost_today": "Omkring 1 700 ton byggavfall om året och 9 miljoner kronor i inköp av sådant som redan fanns.",
            "desired_effect": "Minst en tredjedel av dörrar, undertak och belysning ska användas igen, med garantier som håller.",
            "tried": "Ett delat kalkylblad och en lagerlokal. Kalkylbladet blev aldrig uppdaterat och lagret blev fullt.",
            "cpv": ["44220000", "45200000", "90500000"],
            "regions": ["SE332"],
            "goals": [12, 13, 11],
            "contact_name": "Fastighetsavdelningen",
            "contact_email": "fastighet@fjallvik.example",
            "zone": "Europe/Stockholm",
        },
        deadline=46,
    ),
    Text(
        "natt",
        "samordnare",
        "sorvik-kommune",
        "consultation",
        9,
        {
            "language": "nb",
            "title": "Trygghet om natten på sykehjem",
            "summary": "Vi vil forstå hvordan beboere kan sove trygt uten at noen åpner døren hver time. Dialogmøte og skriftlige svar.",
            "problem": "Nattevakten går runder og åpner dører. Beboere våkner, og de som trenger hjelp mellom rundene venter.",
            "affected": "212 beboere, pårørende og 74 ansatte som arbeider om natten.",
            "cost_today": "Om lag 11 000 arbeidstimer i året til runder der det ikke skjedde noe.",
            "desired_effect": "Færre unødige forstyrrelser og kortere ventetid for den som trenger hjelp.",
            "tried": "Sensormatter og babycall. Begge ga for mange falske alarmer.",
            "description": "Vi inviterer til et åpent dialogmøte og ber om skriftlige innspill. Alle får samme informasjon, og et "
            "referat uten navn publiseres her.",
            "cpv": ["33196000", "85144000"],
            "regions": ["NO092"],
            "goals": [3],
            "contact_name": "Innkjøp",
            "contact_email": "innkjop@sorvik.example",
            "zone": "Europe/Oslo",
        },
        deadline=18,
        questions=8,
    ),
    Text(
        "vinter",
        "samordnare",
        "sorvik-kommune",
        "need",
        3,
        {
            "language": "nb",
            "title": "Utslippsfritt vintervedlikehold av gangveier",
            "summary": "Gangveiene skal være framkommelige klokken seks, uten diesel og uten salt som dreper trær.",
            "problem": "Små maskiner går på diesel, står stille i perioder og salter mer enn nødvendig. Fotgjengere faller likevel.",
            "affected": "28 700 innbyggere, særlig eldre og barn på vei til skolen.",
            "cost_today": "6,4 millioner kroner i året, 58 tonn CO2 og om lag 140 skader etter fall på is.",
            "desired_effect": "Ingen utslipp på stedet, halvparten så mye salt og færre skader.",
            "tried": "To elektriske redskapsbærere i én sesong. Batteriet holdt ikke gjennom et snøfall.",
            "cpv": ["90620000", "34144000"],
            "regions": ["NO092"],
            "goals": [11, 13],
            "contact_name": "Vei og park",
            "contact_email": "veg@sorvik.example",
            "zone": "Europe/Oslo",
        },
    ),
    Text(
        "provtransport",
        "region",
        "region-norrskog",
        "competition",
        15,
        {
            "language": "sv",
            "title": "Innovationspartnerskap: självgående transport av prover mellan sjukhus och hälsocentraler",
            "summary": "Prover ska nå laboratoriet inom två timmar från hälsocentraler som ligger upp till tio mil bort.",
            "problem": "Prover samlas ihop två gånger om dagen med bil. Väntan gör att patienter får svar en dag senare än nödvändigt.",
            "affected": "268 000 invånare, 31 hälsocentraler och laboratoriet i Norrskog.",
            "cost_today": "7,8 miljoner kronor om året i budbil, och omkring 900 omprov därför att provet blev för gammalt.",
            "desired_effect": "Nio av tio prover på laboratoriet inom två timmar, året om och i minus trettio grader.",
            "tried": "Fler bilturer och en flygande pilot sommaren 2025, som inte klarade vinter och mörker.",
            "description": "Partnerskapet har tre etapper: koncept, prototyp och prov i drift. Efter varje etapp avgör vi om vi går "
            "vidare. Ni behåller rätten till era resultat, och vi får rätt att använda och ändra dem. Högsta kostnad för "
            "utvecklingen är 12 miljoner kronor. Därefter kan vi köpa tjänsten i upp till sex år.",
            "procedure": "innovation",
            "nature": "services",
            "cpv": ["60160000", "73100000", "34711200"],
            "regions": ["SE331"],
            "goals": [3, 9, 13],
            "strategic": ["inn-pur"],
            "innovation": ["rd-act", "mar-nov"],
            "value": "48000000.00",
            "currency": "SEK",
            "contact_name": "Regionens inköp",
            "contact_email": "inkop@norrskog.example",
            "price_cap": "12000000.00",
            "exit_rule": "Efter varje etapp kan regionen eller leverantören avsluta med en månads varsel. Godkända resultat "
            "betalas, och regionen behåller rätten att använda dem.",
            "participation": "Ni ska kunna visa ett tidigare utvecklingsarbete i kallt klimat, eftersom tjänsten måste fungera i "
            "minus trettio grader.\nFlera företag kan söka tillsammans.",
            "goal_targets": [
                "Svar en dag tidigare för nio av tio patienter",
                "En tjänst som fler regioner kan köpa",
                "20 ton CO2 mindre om året",
            ],
            "documents_url": "https://upphandling.norrskog.example/prov",
            "submission_url": "https://upphandling.norrskog.example/prov/anbud",
            "zone": "Europe/Stockholm",
        },
        deadline=21,
        questions=12,
        having={
            "assets": [
                {
                    "name": "Farkosten och dess styrning",
                    "origin": "background",
                    "level": "use",
                    "motive": "",
                },
                {
                    "name": "Programvara som planerar turerna",
                    "origin": "result",
                    "level": "share",
                    "motive": "Vi behöver kunna ansluta fler hälsocentraler, och låta andra regioner använda samma lösning.",
                },
            ],
            "stages": [
                {
                    "name": "Koncept",
                    "starts_on": 60,
                    "ends_on": 150,
                    "max_cost": "1500000.00",
                    "suppliers": 4,
                    "decision": "Konceptet visar hur kyla, mörker och tillstånd löses.",
                },
                {
                    "name": "Prototyp",
                    "starts_on": 151,
                    "ends_on": 360,
                    "max_cost": "4500000.00",
                    "suppliers": 2,
                    "decision": "Två hälsocentraler får sina prover levererade i fyra veckor i sträck.",
                },
                {
                    "name": "Prov i drift",
                    "starts_on": 361,
                    "ends_on": 720,
                    "max_cost": "6000000.00",
                    "suppliers": 1,
                    "decision": "Nio av tio prover når laboratoriet inom två timmar under en vinter.",
                },
            ],
        },
    ),
    Text(
        "lakemedel",
        "region",
        "region-norrskog",
        "need",
        20,
        {
            "language": "sv",
            "title": "Mindre läkemedelssvinn på vårdavdelningar",
            "summary": "Läkemedel för miljoner kasseras därför att de öppnats, flyttats eller blivit gamla i fel förråd.",
            "problem": "Ingen ser i tid vilka läkemedel som snart blir gamla på en annan avdelning. De slängs, medan samma "
            "läkemedel beställs några våningar bort.",
            "affected": "42 vårdavdelningar, sjukhusapoteket och miljön där resterna hamnar.",
            "cost_today": "14 miljoner kronor om året i kasserade läkemedel och omkring 6 000 arbetstimmar.",
            "desired_effect": "Halverat svinn inom tre år och ingen ökning av den tid som medarbetarna lägger.",
            "tried": "Listor på papper, ett gemensamt förråd och utbildning. Svinnet minskade en termin och kom tillbaka.",
            "cpv": ["33600000", "48810000"],
            "regions": ["SE331"],
            "goals": [3, 12],
            "contact_name": "Läkemedelsenheten",
            "contact_email": "lakemedel@norrskog.example",
            "zone": "Europe/Stockholm",
        },
        deadline=60,
    ),
)
