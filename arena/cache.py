import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as NoAnswer

from ui.circuit import Circuit

log = logging.getLogger(__name__)

# One limited action asks the cache some eight times: of a Redis that hangs, the first of them waits (settings: socket_timeout).
redis = Circuit(5)


def forgiving(name: str, otherwise: Any) -> Callable[..., Any]:
    method = getattr(RedisCache, name)

    @wraps(method)
    def call(self: RedisCache, *args: Any, **kwargs: Any) -> Any:
        if not redis.is_open:
            try:
                return method(self, *args, **kwargs)
            except RedisError as error:
                log.error("cache %s failed: %s", name, type(error).__name__)
                if isinstance(error, NoConnection | NoAnswer):
                    redis.failed()
        return otherwise(*args, **kwargs) if callable(otherwise) else otherwise

    return call


class ForgivingRedisCache(RedisCache):
    """A cache that is empty while Redis is away or hangs, so that no page fails or waits with it (quality R8).

    Price: allauth's rate limits count nothing meanwhile; /readyz says `degraded`. A flush of Redis resets the limits.
    """

    add = forgiving("add", True)
    get = forgiving("get", lambda key, default=None, version=None: default)
    set = forgiving("set", None)
    touch = forgiving("touch", False)
    delete = forgiving("delete", False)
    get_many = forgiving("get_many", lambda keys, version=None: {})
    has_key = forgiving("has_key", False)
    set_many = forgiving("set_many", lambda data, timeout=None, version=None: list(data))
    delete_many = forgiving("delete_many", None)
