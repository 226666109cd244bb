"""`make bench`."""

from benchmarks.turns import main

if __name__ == "__main__":
    main()
