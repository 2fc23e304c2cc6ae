"""DuckDB's side of the benchmark of SQL.

    duckdb_peer.py JOURNAL_FOLDER DATABASE THREADS

Each line of standard input is a question in SQL, as a JSON text; each line of standard output has the
milliseconds from handing over the text to holding every row in an Arrow table, and the number of rows.
"""

import json
import os
import sys
import time

import duckdb

journal, database, threads = sys.argv[1:]
connection = duckdb.connect(database)
connection.execute(f"SET threads = {threads}")
connection.execute("SET TimeZone = 'UTC'")
files = os.path.join(journal, "*.parquet").replace("'", "''")
connection.execute(
    "CREATE TABLE events AS SELECT * REPLACE (timezone('UTC', timestamp::TIMESTAMPTZ) AS timestamp) "
    f"FROM read_parquet('{files}')"
)
connection.execute("CHECKPOINT")
for line in sys.stdin:
    start = time.perf_counter()
    rows = connection.sql(json.loads(line)).to_arrow_table()
    took = time.perf_counter() - start
    print(json.dumps({"ms": took * 1e3, "rows": len(rows)}), flush=True)
