"""DuckDB's side of the reader's benchmark.

    duckdb_peer.py JOURNAL_FOLDER DATABASE THREADS

Each line of standard input is a question in JSON, each line of standard output its answer, with the
milliseconds from handing over the SQL to holding every row in an Arrow table.
"""

import json
import os
import sys
import time

import duckdb
import pyarrow as pa

COLUMNS = ["event_id", "entity_type", "entity_id", "field", "action", "old_value", "new_value",
           "actor", "source", "workspace_id"]


def quote(text):
    return "'" + text.replace("'", "''") + "'"


def condition(filters):
    """The WHERE of what the window's filters say."""
    parts = [f"{column} = {quote(value)}" for column, value in filters["terms"]]
    if filters["since"]:
        parts.append(f"timestamp >= TIMESTAMPTZ {quote(filters['since'])}")
    if filters["until"]:
        parts.append(f"timestamp < TIMESTAMPTZ {quote(filters['until'])}")
    if filters["contains"]:     # text without wildcards
        pattern = quote(f"%{filters['contains']}%")
        parts.append(f"(old_value ILIKE {pattern} OR new_value ILIKE {pattern})")
    if filters["sql"]:
        parts.append(filters["sql"])
    return " AND ".join(parts) or "true"


def of_record(record):
    return (f"entity_type = {quote(record['entity_type'])} "
            f"AND entity_id = {quote(record['entity_id'])}")


class Peer:
    def __init__(self, journal, database, threads):
        self.database = database
        self.connection = duckdb.connect(database)
        self.connection.execute(f"SET threads = {threads}")
        self.connection.execute("SET TimeZone = 'UTC'")
        self.connection.execute("SET parquet_metadata_cache = true")
        self.files = ("(SELECT * REPLACE (timestamp::TIMESTAMPTZ AS timestamp) "
                      f"FROM read_parquet({quote(os.path.join(journal, '*.parquet'))}))")

    def make(self, table, rows):
        start = time.perf_counter()
        self.connection.execute(f"CREATE TABLE {table} AS SELECT * FROM {rows}")
        self.connection.execute("CHECKPOINT")
        return time.perf_counter() - start, os.path.getsize(self.database)

    def do_import(self):
        seconds, size = self.make("events", self.files)
        order = "entity_type, entity_id, timestamp"
        sorted_seconds, sorted_size = self.make("records", f"events ORDER BY {order}")
        return {"seconds": seconds, "bytes": size,
                "sorted_seconds": sorted_seconds, "sorted_bytes": sorted_size}

    def fetch(self, sql):
        return self.connection.sql(sql).to_arrow_table()

    def answer(self, question):
        table = self.files if question["rows"] == "files" else question["rows"]
        make = getattr(self, question["ask"])
        statements, read = make(question, table)
        start = time.perf_counter()
        tables = [self.fetch(sql) for sql in statements]
        took = time.perf_counter() - start
        return {"ms": took * 1e3, "answer": read(*tables) if question["wanted"] else None}

    def events(self, question, table):
        where = condition(question["filters"])
        limit = f"LIMIT {question['limit']}" if question["limit"] else ""
        tail = f"ORDER BY timestamp DESC {limit}"
        page = f"SELECT * FROM {table} WHERE {where} {tail}"
        if not question["counted"]:
            return [page], lambda page: rows(page, None)
        if question["rows"] != "files":
            count = f"SELECT count(*) AS total FROM {table} WHERE {where}"
            return [page, count], lambda page, count: rows(page, count["total"][0].as_py())
        # To open every file twice would take longer.
        once = (f"WITH hits AS MATERIALIZED (SELECT * FROM {table} WHERE {where}) "
                f"SELECT *, (SELECT count(*) FROM hits) AS total FROM hits {tail}")
        return [once], lambda page: rows(page, page["total"][0].as_py() if len(page) else 0)

    def record(self, question, table):
        where = of_record(question["record"])
        newest = f"DESC LIMIT {question['limit']}" if question.get("limit") else ""
        return ([f"SELECT * FROM {table} WHERE {where} ORDER BY timestamp {newest}"],
                lambda page: rows(page, None))

    def facets(self, question, table):
        columns, width = question["columns"], question["width"]
        bar = f"(epoch_us(timestamp) - {question['origin']}) // {width}"
        sets = ", ".join(f"({name})" for name in [*columns, "bar"])
        sql = (f"SELECT {', '.join(columns)}, {bar} AS bar, count(*) AS events "
               f"FROM {table} WHERE {condition(question['filters'])} GROUP BY GROUPING SETS ({sets})")

        def read(found):
            counts = {name: {} for name in columns}
            bars = {}
            for row in found.to_pylist():
                events = row.pop("events")
                name, value = next((k, v) for k, v in row.items() if v is not None)
                if name == "bar":
                    bars[question["origin"] + value * width] = events
                else:
                    counts[name][value] = events
            return {"facets": {"counts": counts, "bars": bars}}
        return [sql], read

    def state(self, question, table):
        sql = ("SELECT field, unnest(arg_max({'action': action, "
               "'new_value': new_value, 'event_id': event_id}, timestamp)) "
               f"FROM {table} WHERE {of_record(question['record'])} "
               f"AND timestamp <= TIMESTAMPTZ {quote(question['at'])} "
               "AND action IN ('insert', 'update', 'delete') GROUP BY field")
        return [sql], lambda found: {"state": {
            row["field"]: [row["new_value"], row["event_id"]]
            for row in found.to_pylist() if row["action"] != "delete"}}


def rows(page, total):
    times = page["timestamp"].cast(pa.int64()).to_pylist()
    texts = zip(*(page[name].to_pylist() for name in COLUMNS))
    return {"events": {"rows": list(zip(times, texts)), "total": total}}


def main():
    peer = Peer(*sys.argv[1:])
    for line in sys.stdin:
        question = json.loads(line)
        answer = peer.do_import() if question["ask"] == "import" else peer.answer(question)
        print(json.dumps(answer), flush=True)


main()
