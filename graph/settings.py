"""All settings, read once from the environment into one frozen object that is passed around."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from graph.errors import ConfigError


def _setting(default: str, env: str, describe: str) -> str:
    return field(default=default, metadata={"env": env, "describe": describe})


@dataclass(frozen=True, slots=True)
class Settings:
    """Where creditnet keeps its things and which server it uses.

    Every field is a text from the environment; the properties below give typed views. Build one with
    `Settings.from_env()`; tests build their own with a temporary `home`.
    """

    home: str = _setting(
        "~/.creditnet", "CREDITNET_HOME", "folder that holds tables, snapshots, keys and the local Neo4j"
    )
    neo4j_uri: str = _setting(
        "", "NEO4J_URI", "address of a Neo4j server to use instead of the local one, e.g. bolt://db:7687"
    )
    neo4j_user: str = _setting("neo4j", "NEO4J_USER", "user name on that server")
    neo4j_password: str = _setting("", "NEO4J_PASSWORD", "password on that server (the local server makes its own)")
    neo4j_database: str = _setting("", "NEO4J_DATABASE", "database name on that server; empty means its default")
    jars: str = _setting(
        "~/.cache/creditnet/jars",
        "CREDITNET_JARS",
        "folder that caches the local Neo4j's jars; copy it to sites without network",
    )
    heap: str = _setting("1g", "CREDITNET_NEO4J_HEAP", "Java heap of the local Neo4j (512m is enough for a small city)")
    page_cache: str = _setting("512m", "CREDITNET_NEO4J_PAGE_CACHE", "page cache of the local Neo4j")
    host: str = _setting(
        "127.0.0.1", "CREDITNET_HOST", "address the API listens on; loopback unless you decide otherwise"
    )
    port: str = _setting("8321", "CREDITNET_PORT", "port of the API; 0 picks a free one")
    query_timeout: str = _setting(
        "10", "CREDITNET_QUERY_TIMEOUT", "seconds after which a read of the API is stopped by the server"
    )
    spark_master: str = _setting(
        "local[2]", "SPARK_MASTER", "cluster that `creditnet load --engine spark` uses, e.g. spark://host:7077"
    )
    memory_limit: str = _setting("3GB", "CREDITNET_MEMORY", "memory DuckDB may use before it spills to disk")
    objected: str = _setting(
        "mark",
        "CREDITNET_OBJECTED",
        "records under objection: mark = they count in the score and are marked, hold = they are marked and do not "
        "count until it is decided (owner: credit supervision division)",
    )

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None, **override: str) -> Settings:
        """Read the environment; an empty variable counts as not set.

        Raises
        ------
        ConfigError
            If a number is not a number, or a choice is none of those there are.
        """
        env = os.environ if env is None else env
        values = {f.name: env[f.metadata["env"]] for f in fields(cls) if env.get(f.metadata["env"])}
        settings = cls(**{**values, **override})
        for name in ("port", "query_timeout"):
            text = getattr(settings, name)
            if not text.replace(".", "", 1).isdigit():
                variable = next(f.metadata["env"] for f in fields(cls) if f.name == name)
                raise ConfigError(f"{variable}={text!r} is not a number; unset it or give one")
        if settings.objected not in ("mark", "hold"):
            raise ConfigError(f"CREDITNET_OBJECTED={settings.objected!r} is neither mark nor hold; give one of them")
        return settings

    @property
    def home_path(self) -> Path:
        """The home folder, absolute. Not created here: whoever writes first creates it with mode 0700."""
        return Path(self.home).expanduser().resolve()

    @property
    def jars_path(self) -> Path:
        """The folder of cached jars, absolute."""
        return Path(self.jars).expanduser().resolve()

    @property
    def held_statuses(self) -> tuple[str, ...]:
        """Statuses of credit records that do not count until they are decided upon."""
        return ("objected",) if self.objected == "hold" else ()

    @property
    def is_local(self) -> bool:
        """Whether creditnet runs its own Neo4j (no `NEO4J_URI` given)."""
        return not self.neo4j_uri
