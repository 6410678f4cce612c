"""Actions that hand a report to a partner, and keep in touch about it."""

from __future__ import annotations

import html

from bot.actions.report_rows import rows_to_pass_on
from bot.conversation.effects import Deliver, FollowUp
from bot.conversation.messages import Message
from bot.conversation.world import Request, Result
from bot.reports.document import answer_document, ended_document, report_document
from bot.reports.partners import Partners
from bot.reports.reference import reference_of


class Delivery:
    """The actions around partners."""

    def __init__(self, partners: Partners) -> None:
        self._partners = partners

    def find_partner(self, request: Request) -> Result:
        """Fill ``report_partner`` with the name of who takes reports of ``country`` and
        ``setting``, or leave it unset; also when nothing is written yet.

        ``partner`` is the name that was found before. What another one has is not sent to this one:
        then ``report_sent`` is unset.
        """
        name = self._name(request)
        unsent = {} if name == request.arguments.get("partner") else {"report_sent": None}
        return Result(slots={"report_partner": name, **unsent})

    def deliver_report(self, request: Request) -> Result:
        """Send the report to the partner for ``country`` and ``setting``, if that is ``partner``,
        the name to which the witness said yes; fills ``report_sent`` with its reference, or leaves
        it unset.
        """
        country, setting = _where(request)
        rows = rows_to_pass_on(request, request.locale)
        partner = self._partners.for_report(country, setting)
        agreed = request.arguments.get("partner")
        if partner is None or partner.name != agreed or not rows:
            return Result(slots={"report_sent": None})
        report = request.world.new_report_id()
        other = partner.language if partner.language != request.locale else ""
        document = report_document(
            report,
            country=country,
            setting=setting,
            answers=rows,
            language=request.locale,
            translated=rows_to_pass_on(request, other) if other else (),
            translated_into=other,
        )
        return Result(
            slots={"report_sent": reference_of(report)},
            effects=(Deliver(report, partner.id, country, document),),
        )

    def _name(self, request: Request) -> str | None:
        partner = self._partners.for_report(*_where(request))
        return partner.name if partner and request.told(request.locale) else None

    def show_reference(self, request: Request) -> Result:
        """Say which report this is ``about``, by the part of its name that people know."""
        reference = reference_of(str(request.arguments.get("about") or ""))
        return Result((Message(f"📄 <b>{html.escape(reference)}</b>"),))

    def answer_partner(self, request: Request) -> Result:
        """Send ``answer`` to whoever has the report that the question was ``about``."""
        report = str(request.arguments.get("about") or "")
        answer = str(request.arguments.get("answer") or "")
        return Result(effects=(FollowUp(report, answer_document(report, answer)),))

    def end_contact(self, request: Request) -> Result:
        """Take no more questions ``about`` a report, and say so to whoever has it."""
        report = str(request.arguments.get("about") or "")
        return Result(effects=(FollowUp(report, ended_document(report), last=True),))


def _where(request: Request) -> tuple[str, str]:
    """Country and kind of place, each empty when not said."""
    setting = request.arguments.get("setting")
    return request.country("country") or "", str(setting or "")
