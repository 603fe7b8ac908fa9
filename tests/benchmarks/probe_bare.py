"""The least that can be done: post bytes, parse each answer, list the names.

Run as a module with URL, SCHOOLS and SUPPLIERS; prints JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

import aiohttp
from lxml import etree

from tests.benchmarks.canned import question
from tests.benchmarks.probe_ours import IN_FLIGHT
from tests.benchmarks.shapes import LISTED

HEADERS = {"Content-Type": "text/xml; charset=utf-8"}
TEST = question("testDatabaseConnection", "<schoolID>10000</schoolID>")
FIND = question("findEntitiesBySchoolID", "<schoolID>1</schoolID><username>USER</username><password>p</password>")


async def test_database(session: aiohttp.ClientSession, url: str, user: bytes) -> bool:
    """One school."""
    headers = {**HEADERS, "SOAPAction": '"http://tempuri.org/testDatabaseConnection"'}
    async with session.post(url, data=TEST, headers=headers) as answer:
        return "true" in etree.fromstring(await answer.read()).itertext()


async def find_entities(session: aiohttp.ClientSession, url: str, user: bytes) -> list[str | None]:
    """One access."""
    headers = {**HEADERS, "SOAPAction": '"http://tempuri.org/findEntitiesBySchoolID"'}
    async with session.post(url, data=FIND.replace(b"USER", user), headers=headers) as answer:
        return [name.text for name in etree.fromstring(await answer.read()).iter("EntityName")]


async def probe(url: str, schools: int, suppliers: int) -> None:
    """The same calls as ours, as many in flight."""
    calls = enumerate([test_database] * schools + [find_entities] * (schools * suppliers))

    async def worker(session: aiohttp.ClientSession) -> None:
        for number, call in calls:
            found = await call(session, url, b"user-%d" % number)
            assert found is True or (isinstance(found, list) and len(found) == LISTED)

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=IN_FLIGHT)) as session:
        await asyncio.gather(*(worker(session) for _ in range(IN_FLIGHT)))


async def measure(url: str, schools: int, suppliers: int) -> dict[str, float]:
    """CPU seconds of all probes."""
    await probe(url, 2, 2)
    began = time.process_time()
    await probe(url, schools, suppliers)
    return {"cpu": time.process_time() - began}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))))
