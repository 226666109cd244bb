#!/bin/sh
# Runs a script with the first Python here that starts and is 3.9 or newer.
#
# Each is tried, not looked up: a pyenv shim stands on PATH even where the
# release that .python-version asks for is not installed, and then only fails.
try() {
    if "$1" -c 'import sys; sys.exit(sys.version_info < (3, 9))' >/dev/null 2>&1; then
        python=$1
        shift
        exec "$python" -u "$@"
    fi
}

try .rightfit/tools/bin/python "$@"
field_separator=$IFS
IFS=:
for folder in $PATH; do
    for name in python3 python3.13 python3.12 python3.11 python3.10 python3.9 python; do
        try "$folder/$name" "$@"
    done
done
IFS=$field_separator
for python in "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.*/bin/python3; do
    try "$python" "$@"
done
echo "PATH: no Python 3.9 or newer starts here, and setting up needs one." >&2
echo "  Remedy: install Python 3 (on Debian: apt-get install python3-venv) and run make again." >&2
exit 1
