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
