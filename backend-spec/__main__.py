"""Runs the package by its folder (`python -I -S backend-spec --guard -- COMMAND`), for guests: their environment is not ours."""

import sys

from pocketmusec.start import main

if __name__ == "__main__":
    main(sys.argv[1:])
