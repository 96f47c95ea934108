#!/bin/sh
# What a container does: `serve` prepares the database and runs the site; all else is executed.
set -eu
[ "$1" = serve ] || exec "$@"

python manage.py migrate_once --wait 60
# Pages of an earlier version, in caches, refer to its files: they stay in the volume.
cp -Ru staticfiles/. static/
exec python -m gunicorn --config site/config/gunicorn.py config.wsgi
