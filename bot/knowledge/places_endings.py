"""What grammar adds to the names of places: *Kenii*, *в Кении*, *Kenyada*, *Keniassa*, *בקניה*."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

# By language: ending of the inflected form -> endings of the plain name. All folded.
_LATIN: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "pl": {
        "ii": ("ia",), "ie": ("ia", "a", ""), "ji": ("ja",), "je": ("ja",), "iej": ("ia",),
        "u": ("", "o"), "a": ("",), "ze": ("",), "y": ("a",), "i": ("a",), "e": ("a",),
        "ach": ("y", "ia", "ie"), "iach": ("ie", "ia"), "szech": ("chy",), "rzech": ("ry",),
        "czech": ("cy",), "sce": ("ska",), "cie": ("t",), "dzie": ("d",), "em": ("",),
        "om": ("y",), "iec": ("cy",),
    },
    "cs": {"ii": ("ie", "ia"), "i": ("a", "e", "ie"), "u": ("o", "", "a"), "e": ("", "a"),
           "ach": ("y",), "ich": ("y",), "a": ("o", ""), "y": ("a",)},
    "sk": {"i": ("a",), "u": ("o", "", "a"), "e": ("", "a"), "ach": ("y",), "ej": ("a",),
           "y": ("a",)},
    "hr": {"i": ("a",), "u": ("a", ""), "oj": ("a",), "e": ("a",), "ima": ("i",), "a": ("",)},
    "sl": {"i": ("a",), "o": ("a",), "u": ("",), "em": ("",), "e": ("a",), "ih": ("i",)},
    "lt": {"joje": ("ja",), "oje": ("a",), "e": ("as",), "a": ("as",), "uose": ("ai",)},
    "lv": {"as": ("a",), "es": ("e",), "u": ("a",)},
    "ro": {"ei": ("a",), "ul": ("",)},
    "fi": {"ssa": ("",), "sta": ("",), "lla": ("",), "lta": ("",), "lle": ("",), "han": ("",),
           "an": ("",), "in": ("", "i"), "on": ("",), "oon": ("o",), "n": ("",), "een": ("e",)},
    "et": {"s": ("",), "sse": ("",), "st": ("",), "l": ("",), "le": ("",), "lt": ("",)},
    "hu": {"ban": ("",), "ben": ("",), "ba": ("",), "be": ("",), "bol": ("",), "rol": ("",),
           "on": ("",), "en": ("",), "n": ("",), "ra": ("",), "re": ("",)},
    "tr": dict.fromkeys(
        ("da", "de", "ta", "te", "dan", "den", "tan", "ten", "ya", "ye", "yi", "nin", "nun",
         "nda", "nde", "ndan", "ne", "na", "a", "e", "i"), ("",)),
    "de": {"s": ("",)},
    "sv": {"s": ("",)},
}  # fmt: skip
_RUSSIAN: Final[dict[str, tuple[str, ...]]] = {
    "ии": ("ия",), "ию": ("ия",), "иеи": ("ия",), "е": ("", "а", "и"), "у": ("", "а"),
    "ы": ("а",), "и": ("ь", "а", "я"), "ом": ("",), "ои": ("а",), "ам": ("ы",), "ах": ("ы",),
    "ами": ("ы",), "я": ("и", "ь"), "ю": ("и", "ь", "я"), "а": ("",), "ов": ("ы",),
    "іі": ("ія",), "ію": ("ія",), "і": ("а", "", "я"), "еи": ("ия",), "ем": ("и",),
}  # fmt: skip
_KOREAN: Final = (
    "에서", "으로", "에게", "까지", "부터", "이나", "에요", "예요", "이에요", "입니다",
    "에", "로", "의", "를", "을", "는", "은", "이", "가", "와", "과", "도", "행",
)  # fmt: skip
_HEBREW: Final = ("מה", "בה", "לה", "ב", "ל", "מ", "ה", "ו")
_ARABIC: Final = ("وال", "بال", "لل", "فال", "ال", "ب", "ل", "و", "ف")


def plain_forms(word: str, locale_language: str, capital: bool) -> Iterator[tuple[str, str | None]]:
    """Plain names that the word may be a form of, each with the language whose names to ask.

    Without a language any name may be meant: the script, or the language of the person, makes
    the reading safe. Latin endings of other languages lead only to that language's own names of
    countries, and only from a word with a capital letter.
    """
    first = word[0]
    if first.isascii():
        languages = _LATIN if capital else _LATIN.keys() & {locale_language}
        for language in languages:
            for form in _replaced(word, _LATIN[language]):
                yield form, language
                if language == locale_language:
                    yield form, None
    elif "Ѐ" <= first <= "ӿ":
        for form in _replaced(word, _RUSSIAN):
            yield form, None
    elif "가" <= first <= "힣":
        for particle in _KOREAN:
            if word.endswith(particle) and len(word) - len(particle) >= 2:
                yield word.removesuffix(particle), None
    elif "א" <= first <= "ת":
        yield from _without_prefix(word, _HEBREW)
    elif "ء" <= first <= "ي":
        yield from _without_prefix(word, _ARABIC)
        yield "ال" + word, None


def _replaced(word: str, endings: dict[str, tuple[str, ...]]) -> Iterator[str]:
    for ending, plain in endings.items():
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            for other in plain:
                yield word.removesuffix(ending) + other


def _without_prefix(word: str, prefixes: tuple[str, ...]) -> Iterator[tuple[str, str | None]]:
    for prefix in prefixes:
        if word.startswith(prefix) and len(word) - len(prefix) >= 3:
            yield word.removeprefix(prefix), None
