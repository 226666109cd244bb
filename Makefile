# Every target sets up what it needs first. `make help` tells what there is.
# ARGS goes to the command behind a target: make run ARGS="--port 9000", make test ARGS="-k resume".
.DEFAULT_GOAL := help
.PHONY: help run test check bench train lock

with_python := sh setup/with_python.sh

help:
	@echo "make run     set up, train if needed, start on 127.0.0.1:8080"
	@echo "make test    set up (Chromium and PostgreSQL too) and run the tests"
	@echo "make check   ruff, mypy, import-linter, rightfit check, rasa data validate"
	@echo "make bench   measure against stock Rasa"
	@echo "make train   train the model if content or data changed"
	@echo "make lock    compile requirements/*.in again (ARGS=--upgrade for newer releases)"

run:
	@$(with_python) setup/environment.py run
	@exec .venv/bin/rightfit serve $(ARGS)

train:
	@$(with_python) setup/environment.py run
	@.venv/bin/rightfit train $(ARGS)

test:
	@$(with_python) setup/debian.py
	@$(with_python) setup/environment.py test
	@.venv/bin/python -m pytest $(ARGS)

check:
	@$(with_python) setup/environment.py test
	@.venv/bin/python setup/checks.py

bench:
	@$(with_python) setup/environment.py test
	@.venv/bin/python -m benchmarks $(ARGS)

lock:
	@$(with_python) setup/environment.py lock $(ARGS)
