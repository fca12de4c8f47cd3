# One command each; `make help` lists them. Everything they need is made first.
PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
LANGUAGES := ar fr es
VENV_PYTHON := .venv/bin/python
RUN_DIR ?=
TEST_WORKERS ?= 2
PYTEST_ARGS ?=
unexport PYTHONDONTWRITEBYTECODE
export PORT HOST
ifneq ($(RUN_DIR),)
export RUN_DIR
endif

# Values good enough for checks that touch no data; an installation has its own.
CHECK_ENV := SECRET_KEY=check-only-Kq7vX2mW9tR4bN8cZ1pL5dF3gH6jS0aY-uEoIxTnVbMw \
  AUDIT_KEY=check-only-Pz8wD3nM6rT1vB9kX4cL7sQ2hF5gJ0yA-eUiOtRqNcVxZm \
  DATABASE_URL=postgres://strategy@localhost/strategy REDIS_URL=redis://localhost:6379/0 ALLOWED_HOSTS=strategy.invalid \
  SITE_URL=https://strategy.invalid EMAIL_HOST=mail.invalid DEMO=0 DEBUG=0

.PHONY: help install run services test check check-style check-walls check-templates \
  check-migrations check-production format drill bench load fuzz shots messages lock migrations clean

help:  ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

install:  ## .venv from the lock, for run and test
	@$(PYTHON) interpol_strategy/supervisor/install.py dev

run:  ## the whole product with demonstration data; PORT=8000 RUN_DIR=.run
	@$(PYTHON) interpol_strategy/supervisor/install.py run
	@$(VENV_PYTHON) -m interpol_strategy.supervisor run

services:  ## PostgreSQL and Redis alone, for `manage.py` by hand
	@$(PYTHON) interpol_strategy/supervisor/install.py dev
	@$(VENV_PYTHON) -m interpol_strategy.supervisor services

test: install  ## every test but the drills, with servers and a browser of its own; PYTEST_ARGS="-k word"
	@$(VENV_PYTHON) -m interpol_strategy.supervisor.browser
	@$(VENV_PYTHON) -m pytest -n $(TEST_WORKERS) --dist loadfile --no-loadscope-reorder -m "not drill" $(PYTEST_ARGS)

check: install check-style check-walls check-templates check-migrations check-production  ## all checks

check-style:
	@.venv/bin/ruff check --quiet .

check-walls:
	@.venv/bin/lint-imports

check-templates:
	@.venv/bin/djlint --lint --quiet templates

check-migrations:
	@DEMO=1 $(VENV_PYTHON) -W ignore manage.py makemigrations --check --dry-run

check-production:
	@$(CHECK_ENV) $(VENV_PYTHON) manage.py check --deploy --fail-level WARNING

format: install  ## write every Python file as ruff likes it
	@.venv/bin/ruff check --quiet --fix . || true
	@.venv/bin/ruff format --quiet .

drill: install  ## real processes started and hurt, the compose file's commands among them; prints its figures
	@$(VENV_PYTHON) -m pytest -m drill -n 0 -s $(PYTEST_ARGS)

bench: install  ## ratios to a floor, kept in bench/history.jsonl; SCALE=1 at full size as well
	@$(VENV_PYTHON) -m pytest tests/bench -n 0 -s $(PYTEST_ARGS)

load: install  ## 200 people for 30 minutes, a deadline of 400, and the proof that nothing was lost; LOAD_MINUTES=30 LOAD_USERS=200
	@$(VENV_PYTHON) -m bench.load

fuzz: install  ## the arithmetic, and every operation as every role, with what no test thought of; FUZZ_EXAMPLES=20 FUZZ_SEED=1
	@seed=$${FUZZ_SEED:-$$(date +%s)}; echo "- FUZZ_SEED=$$seed"; FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-20} FUZZ_SEED=$$seed \
	  $(VENV_PYTHON) -m pytest -n 0 --hypothesis-seed=$$seed $(PYTEST_ARGS) \
	  tests/outcomes/test_progress_properties.py tests/outcomes/test_progress_recompute.py
	@FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-20} $(VENV_PYTHON) -m pytest tests/api/test_description.py -n 0 -s -k generated $(PYTEST_ARGS)

shots: install  ## screenshots of the pages, narrow and wide, in each language
	@$(VENV_PYTHON) -m interpol_strategy.supervisor.browser
	@$(VENV_PYTHON) -m tests.browser.shots

messages: install  ## collect the texts to translate into locale/
	@$(VENV_PYTHON) -m interpol_strategy.supervisor.messages $(LANGUAGES)

migrations: install  ## write the migrations that the models ask for
	@DEMO=1 $(VENV_PYTHON) -W ignore manage.py makemigrations

lock: install  ## the locks, with hashes, for every platform; LOCK_ARGS=--upgrade for the newest versions that fit
	@sh requirements/lock.sh $(LOCK_ARGS)

clean:  ## drop what tools leave behind; keeps .venv and the data in .run
	@rm -rf .pytest_cache .ruff_cache .mypy_cache .hypothesis .import_linter_cache staticfiles
