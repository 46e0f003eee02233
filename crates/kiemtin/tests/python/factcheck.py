"""Asks a desk as Google's own Python client asks the Fact Check Tools: by its discovery document,
without a network. Prints one line of JSON for each question."""

import json
import sys

from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

address, picture = sys.argv[1:]
service = build(
    "factchecktools",
    "v1alpha1",
    static_discovery=True,
    developerKey="not-needed",
    client_options={"api_endpoint": address},
)
claims = service.claims()


def tell(answer):
    print(json.dumps(answer, sort_keys=True))


tell(claims.search(query="an toi phong covid", languageCode="vi-VN", pageSize=10).execute())

found, request = [], claims.search(reviewPublisherSiteFilter="www.desk.example", pageSize=1)
while request is not None:
    answer = request.execute()
    found += [it["claimReview"][0]["url"] for it in answer.get("claims", [])]
    request = claims.search_next(request, answer)
tell(found)

tell(claims.imageSearch(imageUri=picture, languageCode="en").execute())

try:
    claims.search(query="a", maxAgeDays=-1).execute()
except HttpError as err:
    tell({"status": err.resp.status, "reason": err.reason})
