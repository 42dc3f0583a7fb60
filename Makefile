# The README's two commands. All the work is in packaging/setup.py, which run.cmd and test.cmd call too.
# Arguments go through ARGS: make run ARGS="song.ogg", make test ARGS="-k atlas".

PYTHON ?= python3
ARGS ?=

.PHONY: run test lint docs setup

run test lint docs setup:
	@command -v $(PYTHON) >/dev/null \
	  || { [ "$$(id -u)" = 0 ] && apt-get -q update && apt-get -qy install --no-install-recommends python3 python3-venv; } \
	  || { echo "anthesis: Python is missing. On Debian and Ubuntu: sudo apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) packaging/setup.py $@ $(ARGS)
