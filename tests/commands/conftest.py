import pytest
from shipped_content import CONTENT

from bot.content import Content, shipped


@pytest.fixture(autouse=True)
def loaded_once(monkeypatch):
    """Commands read what is published with the program; it is the same for all of them."""
    load = Content.load

    def once(folder, *args, **kwargs):
        as_shipped = folder == shipped() and not args and not kwargs
        return CONTENT if as_shipped else load(folder, *args, **kwargs)

    monkeypatch.setattr(Content, "load", once)
