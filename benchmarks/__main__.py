"""``python -m benchmarks``: prints the tables. ``QUICK=1`` takes fewer rounds."""

import os
import sys

from benchmarks import pages, rule
from benchmarks.timing import table


def main() -> int:
    """Run everything, part by part, so that one sees it move."""
    quick = bool(os.environ.get("QUICK"))
    print(table("The slot rule alone", rule.figures(30 if quick else 300)), flush=True)
    print(table("Pages, in process, SQLite", pages.figures(10 if quick else 60)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
