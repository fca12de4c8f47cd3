"""gunicorn's configuration: threads for a synchronous Django, short waits, one line per request."""

import os

worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60
graceful_timeout = 3
keepalive = 75  # longer than the proxy keeps a connection (60 s): it must never send a form into one that closes just now
max_requests = 20_000
max_requests_jitter = 2_000
preload_app = True  # warm once for all workers, also for those that come later
accesslog = "-"
access_log_format = '%(t)s "%(m)s %(U)s" %(s)s %(b)s %(M)sms %({x-request-id}o)s'
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108  heartbeats must not wait for a disk
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")
