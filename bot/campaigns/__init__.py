"""Messages to those who asked for them: when, to whom, and each of them once."""
