# One image for web, worker, beat and prepare; docker-compose.yml says what each of them runs.
FROM python:3.12-slim

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app

# The lock alone first: this layer is built again only when the lock changes.
COPY requirements/run.txt requirements/run.txt
RUN python -m pip install --require-hashes -r requirements/run.txt

COPY . .

# Collecting static files needs settings, not services: these values are for this one command and stay nowhere.
RUN ARENA_MODE=production \
    SECRET_KEY=only-for-collecting-static-files-while-the-image-is-built \
    ARENA_URL=https://build.invalid \
    ALLOWED_HOSTS=build.invalid \
    DATABASE_URL=postgres://build@build.invalid/build \
    REDIS_URL=redis://build.invalid:6379 \
    EMAIL_URL=consolemail:// \
    python manage.py collectstatic --noinput

# The program belongs to root and is run by an account that cannot change it; the folders below /var/lib are all it may write to.
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin arena \
    && install -d -o arena -g arena -m 0750 /var/lib/arena /var/lib/arena-media
USER arena

ENV ARENA_MODE=production ARENA_ANCHOR_FILE=/var/lib/arena/anchor.log ARENA_MEDIA_DIR=/var/lib/arena-media
EXPOSE 8000
CMD ["python", "-m", "granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "1", "--no-access-log", "--log-level", "warning", "arena.wsgi:application"]
