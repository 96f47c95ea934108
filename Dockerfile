# The site in a container; compose.yaml runs it with PostgreSQL, Redis and nginx.
ARG PYTHON=3.11

FROM python:${PYTHON}-slim AS build
ENV PATH=/srv/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1
WORKDIR /srv/diwan
COPY requirements.txt requirements-import.txt requirements-sentry.txt ./
RUN python -m venv /srv/venv
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps \
        -r requirements.txt -r requirements-import.txt -r requirements-sentry.txt
COPY . .
# The site runs with a secret key of its own.
RUN SECRET_KEY=$(python -c 'import secrets; print(secrets.token_urlsafe(48))') \
    python manage.py collectstatic --no-input --verbosity 0
# Nobody can write them at run time.
RUN python -m compileall -q articles site /srv/venv/lib

FROM python:${PYTHON}-slim
RUN useradd --no-create-home --uid 10001 --home-dir /srv/diwan --shell /usr/sbin/nologin diwan
COPY --from=build /srv/venv /srv/venv
COPY --from=build /srv/diwan /srv/diwan
ENV PATH=/srv/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 BIND=0.0.0.0 PORT=8000
WORKDIR /srv/diwan
# Volumes, which take their owner from the folders here.
RUN install -d -o diwan media static data
USER diwan
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/healthz\", timeout=4)"]
ENTRYPOINT ["docs/deploy/entrypoint.sh"]
CMD ["serve"]
