"""The peers' side of the benchmark of a bucket that is far.

    far_peer.py polars|duckdb SERVER_URL BUCKET QUESTION

QUESTION is a JSON object. Prints the milliseconds that the answer took, from naming the bucket to
holding every row, and the number in it.
"""

import json
import sys
import time
from pathlib import Path


def with_polars(server, bucket, question):
    import polars as pl

    def answer():
        events = pl.scan_parquet(f"s3://{bucket}/journal/*.parquet", storage_options={
            "aws_endpoint_url": server, "aws_region": "us-east-1", "aws_skip_signature": "true",
            "aws_allow_http": "true", "aws_virtual_hosted_style_request": "false",
        })
        if question["ask"] == "recent":
            return events.sort("timestamp", descending=True).head(100).collect().height
        if question["ask"] == "record":
            of = question["record"]
            return events.filter((pl.col("entity_type") == of["entity_type"])
                                 & (pl.col("entity_id") == of["entity_id"])).collect().height
        return events.select(pl.len()).collect().item()
    return answer


def with_duckdb(server, bucket, question):
    import duckdb
    import duckdb_ext

    extensions = Path(next(iter(duckdb_ext.__path__)))
    httpfs = next(extensions.glob(f"extensions/v{duckdb.__version__}/*/httpfs.duckdb_extension"))
    connection = duckdb.connect()
    connection.execute(f"LOAD '{httpfs}'")
    address = server.removeprefix("http://")
    connection.execute(f"""CREATE SECRET (TYPE s3, KEY_ID '', SECRET '', REGION 'us-east-1',
                           ENDPOINT '{address}', URL_STYLE 'path', USE_SSL false)""")

    def answer():
        events = f"read_parquet('s3://{bucket}/journal/*.parquet')"
        if question["ask"] == "recent":
            rows = f"SELECT * FROM {events} ORDER BY timestamp DESC LIMIT 100"
        elif question["ask"] == "record":
            of = {name: value.replace("'", "''") for name, value in question["record"].items()}
            rows = (f"SELECT * FROM {events} WHERE entity_type = '{of['entity_type']}' "
                    f"AND entity_id = '{of['entity_id']}'")
        else:
            return connection.sql(f"SELECT count(*) FROM {events}").fetchone()[0]
        return len(connection.sql(rows).fetchall())
    return answer


def main():
    peer, server, bucket, question = sys.argv[1:]
    make = {"polars": with_polars, "duckdb": with_duckdb}[peer]
    answer = make(server, bucket, json.loads(question))
    start = time.perf_counter()
    found = answer()
    print(json.dumps({"ms": (time.perf_counter() - start) * 1e3, "found": found}))


main()
