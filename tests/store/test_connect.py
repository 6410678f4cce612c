import pytest

from bot.store.connect import connect


@pytest.mark.parametrize(
    "url",
    [
        "redis://localhost",
        "redis://:word@localhost:6379/2",
        "rediss://user:word@redis.example:6380/0",
        "unix:///run/redis.sock",
        "redis+cluster://localhost:7000",
        "redis+cluster://user:word@one.example,two.example:7001",
    ],
)
async def test_addresses_of_every_kind(url):
    await connect(url).aclose()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:6379",
        "http://:hunter2@localhost",
        "redis://",
        "unix://",
        "redis://:hunter2@localhost:port",
        "redis://:hunter2@localhost:99999",
        "redis://:hunter2@localhost?colour=blue",
        "redis://:hunter2/x@localhost",
        "redis+cluster://",
        "redis+cluster://:hunter2@localhost,",
        "redis+cluster://:hunter2@localhost:0",
        "redis+cluster://:hunter2@localhost/1",
        "redis+cluster://:hunter2@localhost?colour=blue",
    ],
)
def test_bad_address_names_the_variable_and_shows_no_password(url):
    with pytest.raises(ValueError, match="REDIS_URL") as caught:
        connect(url)
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None
