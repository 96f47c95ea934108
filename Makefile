# All paths are relative, so that the checkout can be in any folder.
PYTHON = python3
PY = .venv/bin/python
MANAGE = $(PY) manage.py

.PHONY: help run serve test test-operations test-all check bench lock sbom secret

help:
	@echo 'make run     the site on http://127.0.0.1:8000 (PORT= changes it)'
	@echo 'make serve   the same with production settings: gunicorn, hashed files, no DEBUG'
	@echo 'make test    the test suite on SQLite, on PostgreSQL and in a browser'
	@echo 'make test-operations   the deployment of the README, and servers that fail while editors save'
	@echo 'make test-all   both at the same time, as in CI'
	@echo 'make check   formatting, lint, types, layers, templates, migrations, deployment'
	@echo 'make bench   a table of benchmarks'
	@echo 'make lock    write the versions and hashes of all packages into requirements*.txt'
	@echo 'make sbom    write the packages of the site and their licences into build/'

run: .venv/run.stamp secret
	@DEBUG=on $(MANAGE) migrate --verbosity 0
	@DEBUG=on $(MANAGE) firstrun --free-port
	@DEBUG=on DJANGO_RUNSERVER_HIDE_WARNING=true exec $(MANAGE) runserver

serve: .venv/run.stamp secret
	@DEBUG=off $(MANAGE) migrate --verbosity 0
	@DEBUG=off $(MANAGE) firstrun --free-port
	@$(COLLECTED) || DEBUG=off $(MANAGE) collectstatic --no-input --verbosity 0
	@DEBUG=off exec $(PY) -m gunicorn --config site/config/gunicorn.py config.wsgi

test: .venv/dev.stamp
	@$(PY) -m tests.tools.run

test-operations: .venv/dev.stamp .venv/tools.stamp
	@$(PY) -m tests.tools.operations

test-all: .venv/dev.stamp .venv/tools.stamp
	@$(PY) -m tests.tools.run --operations

check: .venv/dev.stamp
	@$(PY) -m tests.tools.check

bench: .venv/dev.stamp
	@$(PY) -m tests.bench

# Versions that are locked stay, if pyproject.toml permits; with UPGRADE=--upgrade they are renewed.
lock: .venv/tools.stamp
	@$(LOCK) --group site --output-file requirements.txt
	@$(LOCK) --group import --constraint requirements.txt --output-file requirements-import.txt
	@$(LOCK) --group sentry --constraint requirements.txt --output-file requirements-sentry.txt
	@$(LOCK) --group dev --constraint requirements.txt --constraint requirements-import.txt \
		--constraint requirements-sentry.txt --output-file requirements-dev.txt
	@$(LOCK) --group tools --output-file tests/tools/requirements.txt

# In an environment of its own, which has nothing but what the site needs.
sbom: .venv/run.stamp .venv/tools.stamp
	@rm -rf build/venv && mkdir -p build && $(PYTHON) -m venv --without-pip build/venv
	@$(UV) pip install --quiet --require-hashes --python build/venv -r requirements.txt
	@$(PY) -m cyclonedx_py environment --output-reproducible --gather-license-texts \
		--output-file build/sbom.json build/venv
	@$(PY) -m tests.tools.licences >build/licences.txt
	@rm -rf build/venv
	@echo 'build/sbom.json (CycloneDX), build/licences.txt'

.venv/run.stamp: requirements.txt
	@$(VENV)
	@$(PIP) -r requirements.txt
	@touch $@

.venv/dev.stamp: requirements.txt requirements-dev.txt
	@$(VENV)
	@$(PIP) -r requirements-dev.txt
	@touch .venv/run.stamp $@

.venv/tools.stamp: tests/tools/requirements.txt
	@$(VENV)
	@$(PIP) -r tests/tools/requirements.txt
	@touch $@

# Drafts, password hashes and the secret key are for the owner only.
secret:
	@grep -qs '^SECRET_KEY=' .env || { umask 077; { test ! -s .env || echo; \
		$(PY) -c 'import secrets; print("SECRET_KEY=" + secrets.token_urlsafe(48))'; } >> .env; }
	@chmod go= .env $(wildcard db.sqlite3*)

# Hashing and compressing takes seconds, so it is only done if a file has changed.
MANIFEST = staticfiles/staticfiles.json
COLLECTED = test -f $(MANIFEST) && \
	test -z "$$(find articles/static site/config/storage.py .venv/run.stamp -newer $(MANIFEST))"
# The files name all packages, so pip need not look for what they need.
PIP = $(PY) -m pip install -qq --disable-pip-version-check --require-hashes --no-deps
UV = $(PY) -m uv
LOCK = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--custom-compile-command 'make lock' $(UPGRADE)
VENV = \
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo 'Diwan needs Python 3.11 or later; choose one with PYTHON, as in: make run PYTHON=python3.12' >&2; \
		exit 1; }; \
	test -x $(PY) || { echo 'Creating .venv …'; $(PYTHON) -m venv .venv; }
