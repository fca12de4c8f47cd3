"""`python -m interpol_strategy.supervisor run|services`."""

from __future__ import annotations

import os
import signal
import sys

from interpol_strategy.supervisor.binaries import Missing
from interpol_strategy.supervisor.places import run_folder, settle, write_env
from interpol_strategy.supervisor.product import hold, run, settings_of_run
from interpol_strategy.supervisor.servers import NotReady, PrivateServers


def services() -> int:
    """This will keep the database and Redis up, alone, until Ctrl-C."""
    places = settle(run_folder(os.environ))
    lock = hold(places.base)
    servers = PrivateServers(places, keep_open=[lock.fileno()])
    servers.start()
    write_env(servers.places, servers.environment | settings_of_run(servers.places.base, 8000))
    print("PostgreSQL and Redis are up:", *(f"{k}={v}" for k, v in servers.environment.items()), sep="\n  ", flush=True)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        signal.pause()
    except KeyboardInterrupt:
        pass
    servers.places.env_file.unlink(missing_ok=True)
    servers.stop()
    lock.close()
    return 0


COMMANDS = {"run": run, "services": services}

if __name__ == "__main__":
    try:
        sys.exit(COMMANDS[sys.argv[1]]())
    except (Missing, NotReady) as refusal:
        sys.exit(str(refusal))
