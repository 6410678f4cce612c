"""The action that counts what people answer in the survey."""

from __future__ import annotations

from bot.conversation.effects import Count
from bot.conversation.world import Request, Result

QUESTIONS = ("helped", "stopped")


def count_answers(request: Request) -> Result:
    """Count each answer that is given, as ``survey.helped.yes``."""
    answers = {question: request.arguments.get(question) for question in QUESTIONS}
    return Result(
        effects=tuple(
            Count(f"survey.{question}.{answer}")
            for question, answer in answers.items()
            if isinstance(answer, str)
        )
    )
