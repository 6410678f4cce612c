import re

from bot.reports.reference import ALPHABET, new_report_id, reference_of


def test_names_of_reports_look_the_same_and_differ():
    made = {new_report_id() for _ in range(500)}
    assert len(made) == 500
    assert all(re.fullmatch(r"[2-9A-Z]{3}-[2-9A-Z]{3}-[\w-]{16}", one) for one in made)
    assert not set("01OILU") & set(ALPHABET)


def test_people_read_out_the_first_part():
    name = new_report_id()
    assert name.startswith(reference_of(name) + "-")
    assert re.fullmatch(r"\w{3}-\w{3}", reference_of(name))
