import re
from pathlib import Path

import pytest

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


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_every_file_that_is_linked_exists(document: str) -> None:
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", Path(document).read_text())
    assert [link for link in links if not Path(link).exists()] == []
