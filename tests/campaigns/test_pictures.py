"""The picture of a campaign is uploaded once and then known by its name."""

import struct
import zlib

from campaign_world import CAMPAIGNS, many

RUN = "cup.now.2027-06-14"


def png(width=2, height=2):
    """A black picture."""

    def part(kind, content):
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\0" * width) * height)
    parts = part(b"IHDR", head) + part(b"IDAT", rows) + part(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def picture(world):
    """Where the picture of the cup lies."""
    folder = world.folder / "pictures"
    folder.mkdir(exist_ok=True)
    return folder / "cup.png"


async def test_three_replicas_upload_a_picture_once(world):
    picture(world).write_bytes(png())
    world.use(CAMPAIGNS.replace("title: A cup", "title: A cup\n    picture: cup.png"))
    chats = many(80)
    await world.subscribe(*chats)
    async with world.replica(), world.replica(), world.replica():
        run = await world.until_state(RUN, "finished")
    assert await world.sums(RUN) == {"total": 80, "sent": 80}
    shown = [world.server.messenger.chats[chat].visible for chat in chats]
    names = {message.content["photo"][-1]["file_id"] for (message,) in shown}
    assert names == {run.photo}


async def test_a_picture_that_cannot_be_read_pauses_the_run(world):
    world.use(CAMPAIGNS.replace("title: A cup", "title: A cup\n    picture: none.png"))
    await world.subscribe(*many(3))
    async with world.replica():
        run = await world.until_state(RUN, "paused")
    assert run.reason == "Its picture cannot be read (No such file or directory)."


async def test_another_picture_of_the_same_name_needs_another_approval(world):
    picture(world).write_bytes(png())
    world.use(CAMPAIGNS.replace("title: A cup", "title: A cup\n    picture: cup.png"))
    await world.subscribe(*many(3))
    picture(world).write_bytes(png(3, 3))
    async with world.replica():
        run = await world.until_state(RUN, "paused")
    assert "picture was changed" in run.reason
    assert "sent" not in await world.sums(RUN)
