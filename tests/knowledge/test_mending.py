"""What is pasted becomes what an article is made of, and what readers need is asked for (EN 301 549, 11.8)."""

import pytest

from knowledge.comparing import text_lines
from knowledge.rendering import obstacles, remarks, render, sanitise, sanitised, shown

PICTURE = "/guidance/pictures/00000000-0000-4000-8000-000000000000/"

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal{margin:0}</style>
<!--[if gte mso 9]><xml><o:Office/></xml><![endif]--></head><body lang=SV><!--StartFragment-->
<h1><span lang=EN-US style='mso-ansi-language:EN-US'>Rubrik<o:p></o:p></span></h1>
<p class=MsoNormal><span style='font-size:11.0pt;font-family:"Calibri",sans-serif'>Vanlig <b style='mso-bidi-font-weight:
normal'>fet</b> och <i>lutad</i>.<o:p></o:p></span></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;
</span></span></span><![endif]>Först<o:p></o:p></p>
<p class=MsoListParagraphCxSpMiddle style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>o<span>&nbsp;</span></span>Under</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·</span>Sist</p>
<p class=MsoNormal>Mellan</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>1.</span>Ett</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>2.</span>Två</p>
<h3>Längst in</h3>
<table class=MsoTableGrid border=1><tr><td width=300><p class=MsoNormal><b>A</b></p></td><td><p class=MsoNormal>B</p></td></tr></table>
</body></html>"""

GOOGLE = """<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-1"><h2 dir="ltr" style="line-height:1.38">
<span style="font-size:16pt">Rubrik</span></h2><p dir="ltr"><span style="font-weight:400">Text </span><span
style="font-weight:700;font-style:italic">viktig</span><a href="https://example.org/" style="text-decoration:none"><span
style="color:#1155cc">lagen</span></a></p><br /><ul><li dir="ltr" aria-level="1"><p dir="ltr" role="presentation"><span>Ett</span></p></li>
<ul><li dir="ltr" aria-level="2"><p role="presentation"><span>Under</span></p></li></ul><li><p>Två</p></li></ul></b>"""


def test_what_word_copies_becomes_clean_structure():
    assert sanitise(WORD) == (
        "<h2>Rubrik</h2>\n<p>Vanlig <strong>fet</strong> och <em>lutad</em>.</p>\n"
        "<ul>\n<li>Först<ul>\n<li>Under</li>\n</ul></li>\n<li>Sist</li>\n</ul>\n<p>Mellan</p>\n"
        "<ol>\n<li>Ett</li>\n<li>Två</li>\n</ol>\n<h3>Längst in</h3>\n"
        "<table>\n<tbody>\n<tr><td><strong>A</strong></td><td>B</td></tr>\n</tbody>\n</table>"
    )


def test_what_google_docs_copies_becomes_clean_structure():
    assert sanitise(GOOGLE) == (
        "<h2>Rubrik</h2>\n"
        '<p>Text <strong><em>viktig</em></strong><a href="https://example.org/" rel="noopener noreferrer">lagen</a></p>\n'
        "<ul>\n<li>Ett<ul>\n<li>Under</li>\n</ul></li>\n<li>Två</li>\n</ul>"
    )


@pytest.mark.parametrize("pasted", [WORD, GOOGLE])
def test_what_was_mended_is_left_alone_the_next_time(pasted):
    assert sanitise(sanitise(pasted)) == sanitise(pasted)


def test_plain_words_become_paragraphs():
    assert sanitise("Ett\n\nTvå <b>fet</b>\nrad") == "<p>Ett</p>\n<p>Två <strong>fet</strong>\nrad</p>"
    assert sanitise("<p>&nbsp;</p><h2></h2><ul><li></li></ul> ") == ""


def test_a_table_without_cells_is_none():
    assert sanitise("<table><caption>Ord</caption><tr></tr></table><p>x</p>") == "<p>Ord</p>\n<p>x</p>"


def test_boxes_go_and_their_words_stay():
    assert sanitise("<div>ett<p>två</p>tre</div><section><h2>fyra</h2></section>") == (
        "<p>ett</p>\n<p>två</p>\n<p>tre</p>\n<h2>fyra</h2>"
    )


def test_the_page_keeps_its_one_h1_and_no_level_is_skipped():
    assert render("# Ett\n\n### Två") == "<h2>Ett</h2>\n<h3>Två</h3>"
    assert render("### Börja") == "<h2>Börja</h2>"
    assert sanitise("<h2>a</h2><h4>b</h4><h3>c</h3><h4>d</h4><h2>e</h2><h4>f</h4>") == (
        "<h2>a</h2>\n<h3>b</h3>\n<h3>c</h3>\n<h4>d</h4>\n<h2>e</h2>\n<h3>f</h3>"
    )


def test_an_editor_is_told_what_was_changed(settings):
    made = sanitised(
        '<h2>a</h2><h4>b</h4><p><img src="https://evil.example/x.png" alt="x"><a href="javascript:x">y</a></p>'
    )
    assert len(made.notes) == 3
    assert "<img" not in made.html
    assert sanitised("<h2>a</h2><h3>b</h3>").notes == []


def test_tables_have_headers_that_a_screen_reader_finds_and_no_style():
    html = render("| Förfarande | När |\n|:--|--:|\n| Öppet | Ofta |")
    assert '<th scope="col">Förfarande</th>' in html
    assert "style" not in html
    assert shown(html).count("<div") == shown(html).count("</div") == shown(shown(html)).count("<div") == 1
    both = sanitise("<table><tr><th></th><th>2026</th></tr><tr><th scope=col>Öppet</th><td>7</td></tr></table>")
    assert '<th scope="col">2026</th>' in both
    assert '<th scope="row">Öppet</th>' in both
    alone = sanitise("<table><tr><th>Öppet</th><td>7</td></tr></table>")
    assert '<th scope="row">Öppet</th>' in alone


def test_the_language_of_a_part_stays_if_it_is_one_of_ours():
    assert sanitise('<p lang="se">Giella <span lang="en">best value</span> <span lang="xx">x</span></p>') == (
        '<p lang="se">Giella <span lang="en">best value</span> x</p>'
    )


def test_a_picture_of_ours_stays_with_its_words():
    html = f'<figure><img src="{PICTURE}" alt="En bro" width="600" height="300"><figcaption>Bron</figcaption></figure>'
    assert sanitise(html) == html
    assert sanitise(f'<p><img src="{PICTURE}" alt=""></p>') == f'<figure><img src="{PICTURE}" alt=""></figure>'
    assert 'loading="lazy"' in shown(html)


def test_a_picture_without_words_stops_the_publication():
    assert len(obstacles(f'<figure><img src="{PICTURE}"></figure>')) == 1
    assert obstacles(f'<figure><img src="{PICTURE}" alt=""></figure><p>x</p>') == []
    assert obstacles("") == remarks("") == []


@pytest.mark.parametrize(
    "html",
    [
        f'<figure><img src="{PICTURE}"></figure>',
        "<table><caption>x</caption><tr><td>1</td></tr></table>",
        "<table><tr><th>1</th></tr></table>",
        "<table><caption>x</caption><tr><th>a</th><th></th></tr></table>",
        "<h2>a</h2><h4>b</h4>",
        '<p><a href="/x">Klicka här</a></p>',
        '<p><a href="/x">les mer …</a></p>',
        '<p><a href="/x">Read more</a></p>',
        '<p><a href="https://example.org/a">https://example.org/a</a></p>',
    ],
)
def test_what_makes_a_text_harder_to_read_is_remarked(html):
    assert len(remarks(html)) == 1


def test_a_text_that_can_be_read_by_everybody_has_no_remarks():
    good = "<h2>a</h2><h3>b</h3><table><caption>x</caption><tr><th></th><th>a</th></tr><tr><th>b</th><td>1</td></tr></table>"
    assert remarks(sanitise(good + '<p><a href="/x">Lagen om upphandling</a></p>')) == []


def test_two_texts_are_compared_as_lines_that_can_be_read():
    html = (
        '<h2>Rubrik</h2><p>Ett <a href="https://e.org">två</a> <span lang="en">three</span><br>fyra</p>'
        f'<ul><li>a<ul><li>b</li></ul></li></ul><figure><img src="{PICTURE}" alt="En bro"><figcaption>Bron</figcaption></figure>'
        "<table><caption>T</caption><tr><th>A</th><td>B</td></tr></table>"
    )
    assert text_lines(sanitise(html)).splitlines() == [
        "## Rubrik", "Ett två <https://e.org> (en) three", "fyra", "- a", "- b", f"[En bro] <{PICTURE}>", "Bron",
        "— T", "A | B",
    ]  # fmt: skip
