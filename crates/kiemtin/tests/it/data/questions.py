"""Asks the open data in a folder with DuckDB: the three forms have the same rows, which are as the
schema says, and each query of statistics.sql gives the same figures from each form. Prints the figures."""

import json
import sys
from pathlib import Path

import duckdb
import jsonschema_rs

folder = Path(sys.argv[1])
tables = json.loads((folder / "schema.json").read_text())["$defs"]
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def source(table, form):
    path = folder / f"{table}.{form}"
    if form == "parquet":
        return f"select * from read_parquet('{path}')"
    if form == "csv":
        return f"select * from read_csv('{path}', all_varchar = true, header = true, delim = ',', quote = '\"', escape = '\"')"
    columns = ", ".join(f"'{it}': 'VARCHAR'" for it in tables[table]["properties"])
    return f"select * from read_json('{path}', format = 'newline_delimited', columns = {{{columns}}})"


def rows(table, form):
    columns = ", ".join(f'cast("{it}" as varchar)' for it in tables[table]["required"])
    return duckdb.sql(f"select {columns} from ({source(table, form)})").fetchall()


def plain(cell):
    """A cell of the CSV file as it was: one ' taken off."""
    if cell is None:
        return None
    assert not cell.startswith(DANGEROUS), f"a formula: {cell!r}"
    return cell[1:] if cell.startswith("'") else cell


for table in tables:
    lines = (folder / f"{table}.jsonl").read_text().splitlines()
    schema = jsonschema_rs.validator_for(tables[table], validate_formats=True)
    for line in lines:
        schema.validate(json.loads(line))
    expected = rows(table, "jsonl")
    assert len(expected) == len(lines), table
    assert rows(table, "parquet") == expected, f"{table}: Parquet differs"
    in_csv = [tuple(plain(it) for it in row) for row in rows(table, "csv")]
    assert in_csv == expected, f"{table}: CSV differs"

queries = (folder / "statistics.sql").read_text().split("-- name: ")[1:]
figures = {}
for query in queries:
    name, text = query.split("\n", 1)
    answers = []
    for form in ("parquet", "csv", "jsonl"):
        for table in ("reviews", "versions", "contests", "waiting"):
            duckdb.sql(f"create or replace view {table} as {source(table, form)}")
        answers.append(sorted(duckdb.sql(text).fetchall()))
    assert answers[0] == answers[1] == answers[2], f"{name}: {answers}"
    figures[name] = answers[0]

# And as a reader runs the file: it is a script of its own.
duckdb.sql(f"set file_search_path = '{folder}'")
for table in ("reviews", "versions", "contests", "waiting"):
    duckdb.sql(f"drop view {table}")
duckdb.execute((folder / "statistics.sql").read_text())

told = [json.loads(it) for it in (folder / "statistics.jsonl").read_text().splitlines()]
for name, answer in figures.items():
    own = sorted((it["key"], it["value"], it["out_of"]) for it in told if it["name"] == name)
    assert own == answer, f"{name}: told {own}, computed {answer}"
print(json.dumps(figures))
