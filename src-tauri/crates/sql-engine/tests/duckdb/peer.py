"""Answers the questions of a folder with DuckDB, over the exports of a journal in another, as JSON.

peer.py EXPORTS QUESTIONS
"""

import datetime
import decimal
import json
import pathlib
import sys

import duckdb

EXPORTS, QUESTIONS = map(pathlib.Path, sys.argv[1:])


def utc(column):
    return f"timezone('UTC', CAST({column} AS TIMESTAMPTZ)) AS {column}"


def cell(value):
    if isinstance(value, datetime.datetime):
        return value.isoformat() + "Z"
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return float(value)
    return value


database = duckdb.connect()
database.execute("SET TimeZone = 'UTC'")
for table, times, marks in [
    ("events", ["timestamp", "recorded_at"], True),
    ("records", ["first", "last"], False),
    ("state", ["since"], False),
]:
    replaced = ", ".join(map(utc, times))
    added = "".join(
        f", coalesce(list_contains(string_split(marks, ' '), '{mark}'), false) AS {mark}"
        for mark in (["corrected", "voided"] if marks else [])
    )
    path = EXPORTS / f"{table}.parquet"
    database.execute(
        f"CREATE TABLE {table} AS SELECT * REPLACE ({replaced}){added} FROM read_parquet('{path}')"
    )
answers = {}
for question in sorted(QUESTIONS.glob("*.sql")):
    rows = database.execute(question.read_text()).fetchall()
    answers[question.name] = [[cell(value) for value in row] for row in rows]
json.dump(answers, sys.stdout)
