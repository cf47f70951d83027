# Sourced: sets $python to the first Python between 3.11 and 3.13 that can make a virtual environment.
python=""
for candidate in python3 python3.13 python3.12 python3.11 python; do
    if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
        python="$candidate"
        break
    fi
done
if [ -z "$python" ]; then
    echo "Beatplan needs Python 3.11, 3.12 or 3.13 with its venv module (Debian: apt-get install python3-venv)" >&2
    exit 1
fi
