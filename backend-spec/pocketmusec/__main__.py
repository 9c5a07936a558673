"""The command `python -m pocketmusec`, and the frozen `main`."""

import sys

from pocketmusec.start import main

if __name__ == "__main__":
    main(sys.argv[1:])
