"""The action that counts what people answer in the survey."""

from __future__ import annotations

from bot.conversation.effects import Count
from bot.conversation.world import Request, Result

QUESTIONS = ("helped", "stopped")


def count_answers(request: Request) -> Result:
    """Count each answer that is given, as ``survey.helped.yes``, and forget it.

    Once for every chat: ``done`` are the questions that were counted, kept in ``survey_done``.
    """
    done = list(request.arguments.get("done") or ())
    answers = {question: request.arguments.get(question) for question in QUESTIONS}
    given = {question: answer for question, answer in answers.items() if isinstance(answer, str)}
    new = [question for question in given if question not in done]
    return Result(
        slots={f"survey_{question}": None for question in given} | {"survey_done": done + new},
        effects=tuple(Count(f"survey.{question}.{given[question]}") for question in new),
    )
