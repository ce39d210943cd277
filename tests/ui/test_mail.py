from ui import mail


def test_a_subject_is_one_line_whatever_it_holds():
    assert mail.one_line("Hej\r\nBcc: alla@example.org\x00\u2028 nu") == "Hej Bcc: alla@example.org nu"


def test_a_subject_is_not_endless():
    assert len(mail.one_line("ord " * 500)) <= mail.LONGEST_SUBJECT


def test_lines_are_wrapped_and_an_address_is_not_broken():
    address = "https://arena.example/" + "a" * 100
    text = mail.wrapped("\n\n" + "ord " * 40 + "\n\n\n\n" + address + "\n")
    assert address in text.splitlines()
    assert all(len(line) <= mail.WIDTH for line in text.splitlines() if line != address)
    assert "\n\n\n" not in text
    assert not text.startswith("\n")


def test_a_mail_is_written_in_the_readers_language_and_plain_text_is_not_escaped(settings, tmp_path):
    folder = tmp_path / "mail"
    folder.mkdir()
    (folder / "hello.subject.txt").write_text("{{ who }}\n")
    (folder / "hello.txt").write_text("{% get_current_language as code %}{{ code }}: {{ who }}")
    (folder / "hello.html").write_text(
        '{% extends "mail/base.html" %}{% block content %}<h1>{{ subject }}</h1>{% endblock %}'
    )
    engine = {**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}
    settings.TEMPLATES = [engine]
    subject, text, html = mail.render_mail("mail/hello", {"who": "Fisk & <b>\nX: y"}, language="nb")
    assert subject == "Fisk & <b> X: y"
    assert text.startswith("nb: Fisk & <b>")
    assert '<html lang="nb">' in html
    assert "<h1>Fisk &amp; &lt;b&gt; X: y</h1>" in html
    assert "<img" not in html
    assert "src=" not in html
