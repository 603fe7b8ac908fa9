"""The least that can be done: post constant bytes, parse, list the names.

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
from tests.benchmarks.synthetic import ENTITIES

HEADERS = {"Content-Type": "text/xml; charset=utf-8"}
TEST = question("testDatabaseConnection", "<schoolID>10000</schoolID>")
FIND = question("findEntitiesBySchoolID", "<schoolID>1</schoolID><username>u</username><password>p</password>")


async def test_database(session: aiohttp.ClientSession, url: str) -> bool:
    """One school."""
    headers = {**HEADERS, "SOAPAction": '"http://tempuri.org/testDatabaseConnection"'}
    async with session.post(url, data=TEST, headers=headers) as answer:
        return "true" in etree.fromstring(await answer.read()).itertext()


async def find_entities(session: aiohttp.ClientSession, url: str) -> list[str | None]:
    """One access."""
    headers = {**HEADERS, "SOAPAction": '"http://tempuri.org/findEntitiesBySchoolID"'}
    async with session.post(url, data=FIND, headers=headers) as answer:
        return [name.text for name in etree.fromstring(await answer.read()).iter("EntityName")]


async def probe(url: str, schools: int, suppliers: int) -> None:
    """The same calls as ours, as many in flight."""
    calls = iter([test_database] * schools + [find_entities] * (schools * suppliers))

    async def worker(session: aiohttp.ClientSession) -> None:
        for call in calls:
            found = await call(session, url)
            assert found is True or len(found) == len(ENTITIES)

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
