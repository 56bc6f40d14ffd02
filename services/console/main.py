"""The console: the pages people work in. It asks the other services in the name of whoever looks, and keeps nothing."""

import argparse
from pathlib import Path

from services.console.application import NAME, application
from services.console.pages import PAGES
from services.kernel.logs import log_to_stderr
from services.kernel.serving import serve
from services.kernel.settings import ProcessSettings, load_settings


def main() -> None:
    """`python -m services.console.main --settings FILE`: serves until told to stop."""
    parser = argparse.ArgumentParser(description="Muster: the console")
    parser.add_argument("--settings", type=Path, required=True, help="the file `muster up` wrote for the console")
    settings = load_settings(parser.parse_args().settings, ProcessSettings)
    log_to_stderr(NAME)
    serve(application(settings, PAGES), settings)


if __name__ == "__main__":
    main()
