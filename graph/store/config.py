"""The configuration file of the local Neo4j."""

from __future__ import annotations

from graph.settings import Settings

SETTINGS = {
    "server.http.enabled": "false",  # Bolt is the only door
    "server.https.enabled": "false",
    "dbms.usage_report.enabled": "false",  # no outbound connection, ever
    "server.fleet_discovery.enabled": "false",  # else it broadcasts on the network
    "dbms.security.allow_csv_import_from_file_urls": "false",
    "db.tx_log.preallocate": "false",  # a fresh home takes 3 MB instead of 516
    "db.tx_log.rotation.size": "32m",
    "db.tx_log.rotation.retention_policy": "2 files",
    # An internal setting: a stop takes 0.3 s instead of 10. Strict validation is off because of it: should a
    # later version not know it, the server logs a warning instead of refusing to start.
    "internal.dbms.bolt.netty_server_shutdown_quiet_period_duration": "0s",
    "server.config.strict_validation.enabled": "false",
}


def neo4j_conf(settings: Settings, database: str, port: int) -> str:
    """Text of `neo4j.conf`; port 0 lets the server pick a free one."""
    values = {
        **SETTINGS,
        "initial.dbms.default_database": database,
        "server.bolt.listen_address": f"127.0.0.1:{port}",
        "server.memory.pagecache.size": settings.page_cache,
    }
    return "".join(f"{name}={value}\n" for name, value in values.items())
