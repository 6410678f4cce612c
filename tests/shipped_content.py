"""What is published with the program, loaded once for all tests of a process."""

from bot.content import Content, shipped

CONTENT = Content.load(shipped())
