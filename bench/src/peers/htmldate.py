"""Asks htmldate for the day on which each of the given packed pages was published."""

import gzip
import json
import logging
import sys
import time
import warnings

from htmldate import find_date

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
pages = []
for path in sys.argv[1:]:
    with gzip.open(path) as file:
        pages.append(file.read())
rows = []
for mode, extensive in (("extensive", True), ("fast", False)):
    begin = time.process_time()
    days = [find_date(it, original_date=True, extensive_search=extensive) for it in pages]
    seconds = time.process_time() - begin
    rows.append({"mode": mode, "seconds": seconds, "days": days})
json.dump(rows, sys.stdout)
