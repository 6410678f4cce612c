import pytest

from bot.conversation.direction import right_way

MARK = "\u200f"


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
