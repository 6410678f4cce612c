"""Campaigns and waves by the names that staff write."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from bot.campaigns.plan import Plan

if TYPE_CHECKING:
    from datetime import datetime

    from bot.knowledge.campaigns import Campaign, Campaigns, Occurrence, Wave


class Unknown(ValueError):
    """There is no such campaign, wave or run; the text says what there is."""


class Impossible(ValueError):
    """It cannot be done now; the text says why."""


def find_campaign(campaigns: Campaigns, campaign_id: str) -> Campaign:
    """The campaign of this id. Raises :class:`Unknown`."""
    if campaign := campaigns.get(campaign_id):
        return campaign
    near = get_close_matches(campaign_id, [each.id for each in campaigns.all], 1)
    guess = f' Is it "{near[0]}"?' if near else " All of them: dontlookaway campaign list"
    raise Unknown(f'There is no campaign "{campaign_id}".{guess}')


def find_wave(campaign: Campaign, wave_id: str) -> Wave:
    """The wave of this id; where none is named, the only one. Raises :class:`Unknown`."""
    only = campaign.waves[0] if len(campaign.waves) == 1 else None
    wave = campaign.wave(wave_id) if wave_id else only
    if wave is None:
        waves = ", ".join(f"{each.id} ({each.when.words})" for each in campaign.waves)
        found = f'no wave "{wave_id}"' if wave_id else "several waves"
        raise Unknown(f"{campaign.id} has {found}. Say which: {waves}.")
    return wave


def next_date(
    campaigns: Campaigns, campaign_id: str, wave_id: str, now: datetime
) -> tuple[Campaign, Occurrence]:
    """A campaign, and the next date of one of its waves.

    Raises :class:`Unknown` and :class:`Impossible`.
    """
    campaign = find_campaign(campaigns, campaign_id)
    wave = find_wave(campaign, wave_id)
    at = Plan(campaigns, {}, now).next(campaign, wave)
    if at is None:
        raise Impossible(f"{campaign.id} has no date ahead for {wave.id}: there is nothing to try.")
    return campaign, at
