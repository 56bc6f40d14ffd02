"""`python -m services NAME --settings FILE`: as `python -m services.NAME.main` would run it, started sooner.

Nothing of what it imports is garbage, and to look for some meanwhile is a tenth of its start.
"""

import gc
import runpy
import sys

if __name__ == "__main__":
    # Until it serves; see services/kernel/serving.py.
    gc.disable()
    runpy.run_module(f"services.{sys.argv.pop(1)}.main", run_name="__main__", alter_sys=True)
