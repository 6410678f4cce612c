"""``python -m bot.reload FOLDER MAIL_PAGE`` reads content and hands it to whoever started it."""

import gc
import os
import sys
from pathlib import Path
from typing import Final

from bot.reload.handover import hand_over
from bot.reload.reading import read

POLITE: Final = 10
"""By how much its priority is lower than that of the process that answers people."""

gc.disable()  # it is over soon
os.nice(POLITE)
out, sys.stdout = sys.stdout, sys.stderr  # whatever is printed is no content
hand_over(*read(Path(sys.argv[1]), sys.argv[2]), out.buffer)
out.flush()
