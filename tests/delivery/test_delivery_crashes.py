import asyncio

from benchmarks.delivery import deliver


async def test_every_report_comes_from_the_chat_to_the_partner_once(tmp_path):
    """Real processes: the bot is killed four times, the partner once, Redis stopped twice."""
    async with asyncio.timeout(240):
        outcome = await deliver(30, 4, tmp_path)
    assert len(outcome.deaths) == 4
    assert len(outcome.sent) == 30
    assert outcome.failures() == []
