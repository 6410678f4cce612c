"""The smallest content lies beside the tests of its checks."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "check"))
