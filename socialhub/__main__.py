"""`python -m socialhub` is `socialhub`: how a console starts its collector, whatever the PATH says."""

from socialhub.cli import main

if __name__ == "__main__":
    main()
