import pytest

from bot.conversation.direction import right_way

MARK = "\u200f"
HELD = "\u2066{}\u2069"


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("🇹🇭 <b>تايلاند</b>\n🆘 الشرطة: 191", f"{MARK}🇹🇭 <b>تايلاند</b>\n{MARK}🆘 الشرطة: 191"),
        ("🏠 🇫🇷 <b>فرنسا</b>", f"{MARK}🏠 🇫🇷 <b>فرنسا</b>"),
        ("<b>🇫🇷 فرنسا</b>", f"{MARK}<b>🇫🇷 فرنسا</b>"),
        ("مرحبا 🇫🇷", "مرحبا 🇫🇷"),
        ("Police 🇫🇷", "Police 🇫🇷"),
        ("سطر\n🇫🇷 فرنسا", f"سطر\n{MARK}🇫🇷 فرنسا"),
        ("", ""),
    ],
)
def test_a_flag_does_not_turn_an_arabic_line_round(text: str, marked: str) -> None:
    assert right_way(text, "ar") == marked
    assert right_way(text, "fr") == text
    assert right_way(marked, "ar") == marked


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("هاتف 0800 722 203", "هاتف " + HELD.format("0800 722 203")),
        ("هاتف 116 (+254 116)", "هاتف " + HELD.format("116 (+254 116)")),
        ("هاتف +442071234567.", "هاتف " + HELD.format("+442071234567") + "."),
        ("رقم 295-0011", "رقم " + HELD.format("295-0011")),
        (HELD.format("295-0011"), HELD.format("295-0011")),
        ("رقم 999 · 112", "رقم 999 · 112"),
        ('<a href="tel:1-2">رقم</a>', '<a href="tel:1-2">رقم</a>'),
        ("K7M-4QX", "K7M-4QX"),
        ("09:00–14:00", "09:00–14:00"),
    ],
)
def test_the_parts_of_a_number_stay_in_order(text: str, held: str) -> None:
    assert right_way(text, "ar") == held
    assert right_way(held, "ar") == held
    assert right_way(text, "en") == text
