import re
from pathlib import Path

import pytest

from bot.cli import MODULES

README = Path("README.md").read_text(encoding="utf-8")
SETTINGS = re.findall(
    r"^#?([A-Z_]+)=", Path(".env.example").read_text(encoding="utf-8"), re.MULTILINE
)


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_is_in_the_readme(name: str) -> None:
    assert f"`{name}`" in README


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_every_make_target_that_is_named_exists(document: str) -> None:
    makefile = Path("Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", Path(document).read_text(), re.MULTILINE))
    assert named
    assert named <= targets


DOCUMENTS = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", *map(str, Path("docs").glob("*.md"))]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_and_heading_that_is_linked_exists(document: str) -> None:
    text = Path(document).read_text("utf-8")
    links = re.findall(r"\]\((?!https?:|mailto:)([^)#]*)#?([^)]*)\)", text)
    for target, heading in links:
        path = Path(document).parent / target if target else Path(document)
        assert path.exists(), f"{document}: {target}"
        assert not heading or heading in headings(path), f"{document}: {target}#{heading}"


def headings(path: Path) -> set[str]:
    """Anchors of a page, as forges make them of its headings."""
    found = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_that_is_named_exists(document: str) -> None:
    text = Path(document).read_text("utf-8")
    named = set(re.findall(r"(?:^|`|/|-- |- )dontlookaway ([a-z]+)\b", text, re.MULTILINE))
    assert named <= set(MODULES)


def test_every_page_is_found_from_the_readme() -> None:
    """Directly, or by way of another page."""
    seen: set[Path] = set()
    ahead = [Path("README.md")]
    while ahead:
        page = ahead.pop().resolve()
        if page in seen or page.suffix != ".md":
            continue
        seen.add(page)
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", page.read_text("utf-8")):
            ahead.append(page.parent / target)
    lost = {path.resolve() for path in Path("docs").glob("*.md")} - seen
    assert [path.name for path in lost] == []


@pytest.mark.parametrize("indicator", range(1, 10))
def test_every_indicator_of_the_standard_has_something_to_show(indicator: int) -> None:
    page = Path("docs/digital-public-good.md").read_text("utf-8")
    (row,) = re.findall(rf"^\| {indicator}\. .*$", page, re.MULTILINE)
    assert re.search(r"\]\((?!https?:)[^)]+\)", row) or f"## {indicator}. " in page
