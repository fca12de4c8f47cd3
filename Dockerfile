# Built in two steps: packages and compressed static files first, then a small image that runs as nobody in particular.
ARG PYTHON=3.11-slim-bookworm

FROM python:${PYTHON} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
COPY requirements/base.txt /tmp/base.txt
RUN /opt/venv/bin/pip install --require-hashes --only-binary :all: -r /tmp/base.txt
WORKDIR /app
COPY . .
RUN for source in locale/*/LC_MESSAGES/django.po; do \
      [ -e "$source" ] || continue; \
      /opt/venv/bin/pybabel --quiet compile -i "$source" -o "${source%.po}.mo" -l "$(basename "$(dirname "$(dirname "$source")")")"; \
    done
# The keys below open nothing: they let the settings load while the static files are gathered.
RUN SECRET_KEY=build-only-Kq7vX2mW9tR4bN8cZ1pL5dF3gH6jS0aY-uEoIxTnVbMw \
    AUDIT_KEY=build-only-Pz8wD3nM6rT1vB9kX4cL7sQ2hF5gJ0yA-eUiOtRqNcVxZm \
    ALLOWED_HOSTS=build.invalid DATABASE_URL=postgres:///none REDIS_URL=redis://none \
    /opt/venv/bin/python manage.py collectstatic --noinput --verbosity 0

FROM python:${PYTHON}
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 MEDIA_ROOT=/data/media \
    AUDIT_CHECKPOINTS=/audit/checkpoints.jsonl RUN_DIR=/tmp/run
RUN useradd --uid 10001 --home-dir /nonexistent --no-create-home --shell /usr/sbin/nologin strategy \
 && mkdir -p /data/media /audit && chown -R strategy /data /audit
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
USER strategy
EXPOSE 8000
VOLUME ["/data", "/audit"]
CMD ["gunicorn", "interpol_strategy.wsgi", "--config", "python:interpol_strategy.web", "--bind", "0.0.0.0:8000"]
