"""The Telegram side: updates read, messages written, calls made."""
