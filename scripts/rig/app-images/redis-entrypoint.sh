#!/bin/sh
# What the entrypoint of the registry's own redis image does: arguments that are no command go to redis-server, and root hands over its data
# and itself to the user redis first.
set -e
case "$1" in
  -* | *.conf) set -- redis-server "$@" ;;
esac
if [ "$1" = redis-server ] && [ "$(id -u)" = 0 ]; then
  find . ! -user redis -exec chown redis {} +
  exec su -s /bin/sh redis -c 'exec "$0" "$@"' -- "$0" "$@"
fi
if [ "$(umask)" = 0022 ]; then umask 0077; fi
exec "$@"
