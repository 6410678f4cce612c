"""``python -m bot`` is the ``dontlookaway`` command."""

from bot.cli import main

raise SystemExit(main())
