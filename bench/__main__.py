"""`python -m bench`: measure everything, or the parts that are named."""

from __future__ import annotations

from bench.run import main

if __name__ == "__main__":
    main()
