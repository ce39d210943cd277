"""Words that stand in every need and say nothing of what is needed, in the three languages; each is stemmed as texts are.

PostgreSQL's own lists leave out "and" and "och". How rare a word is among published notices does the rest, but an arena
that holds few notices cannot tell yet.
"""

PLAIN = {
    "swedish": """
        behov behöver behövs vill vilja ska skall kan kunna bör måste får få finns fanns har hade blir bli blev göra gör
        går gå kommer komma ger ge tar ta söker söka lösning lösningar tjänst tjänster produkt produkter system arbete
        kommun kommunen kommunens kommuner region regionen verksamhet verksamheten organisation upphandling upphandla
        upphandlas leverantör leverantörer anbud avtal avtalet köp köpa projekt idag dag dagen gång gånger år året del
        delar sätt ny nya nytt god bra bättre stor stora mer mindre många flera fler olika andra annan hela varje samma
        själv också redan utan genom enligt mellan under över efter före vid bara endast även dock sedan därför
        personal personer person medarbetare användare invånare problem effekt effekter mål resultat kostnad kostnader
        kronor krona procent tid tider timme timmar vecka månad hälften tredjedel målet kräver krav hjälp stöd
        behovet beskriva beskrivning utveckla utveckling innovation innovativ möjlighet möjligt antal första sista
    """,
    "norwegian": """
        behov trenger trengs vil ville skal kan kunne bør må får få finnes har hadde blir bli ble gjøre gjør går gå
        kommer komme gir gi tar ta søker søke løsning løsninger tjeneste tjenester produkt produkter system arbeid
        kommune kommunen kommunens kommuner region regionen virksomhet virksomheten organisasjon anskaffelse anskaffe
        leverandør leverandører tilbud avtale avtalen kjøp kjøpe prosjekt dag dagen gang ganger år året del deler måte
        ny nye nytt god bra bedre stor store mer mindre mange flere ulike andre annen hele hver hvert samme selv også
        allerede uten gjennom mellom under over etter før ved bare kun også derfor
        personale personer person ansatte bruker brukere brukeren innbyggere problem effekt effekter mål resultat
        kostnad kostnader kroner krone prosent tid timer time uke måned halvparten krav hjelp støtte
        beskrive beskrivelse utvikle utvikling innovasjon innovativ mulighet mulig antall første siste rett når
    """,
    "english": """
        need needs needed want wants will shall should can could must may have has had become be been make makes made
        get gets give gives take takes seek look find solution solutions service services product products system
        systems work municipality municipal city county region organisation authority public procurement procure buy
        buying purchase supplier suppliers tender tenders contract agreement project today day days time times year
        years part parts way new good better best large big more less many several different other others whole every
        each same also already without through between under over after before only even therefore
        staff person people persons user users employee resident residents citizens problem effect effects goal result
        cost costs euro percent hour hours week weeks month half third fifth requirement help support
        describe description develop development innovation innovative possible possibility number first last
    """,
}
