"""A process that uses the store of a home: says which server it got, then holds it until its input ends."""

import json
import sys

from graph import Settings, open_store
from graph.store import local


def main() -> None:
    settings = Settings(**json.loads(sys.argv[1]))
    with open_store(settings) as store:
        store.write("MERGE (n:Phone {id: $id})", {"id": sys.argv[2]})
        found = local.status(settings)
        print(json.dumps({"server": found.server_pid, "keeper": found.keeper_pid, "uri": found.uri}), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
