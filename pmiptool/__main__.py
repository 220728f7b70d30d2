"""``python -m pmiptool``: the same as the command ``pmiptool``."""

from pmiptool.cli import main

if __name__ == "__main__":
    main()
