"""The command `number-orders`."""

import sys
from pathlib import Path

# Our packages are called as others may be that a foreign PYTHONPATH holds; here ours come first.
sys.path.insert(0, str(Path(__file__).parents[1]))
