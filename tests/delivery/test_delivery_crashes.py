import asyncio

from benchmarks.delivery import WORDS, deliver


async def test_every_report_arrives_whatever_dies(tmp_path):
    """Real processes: the courier is killed four times, the partner once, Redis stopped twice."""
    async with asyncio.timeout(60):
        outcome = await deliver(60, 4, tmp_path)
    assert len(outcome.sent) == 60
    assert {line["id"]: line["report"] for line in outcome.lines} == outcome.sent
    assert len(outcome.lines) == 60
    assert outcome.dead == 0
    assert outcome.sample.encode() in outcome.on_disk
    assert WORDS.encode() not in outcome.on_disk
