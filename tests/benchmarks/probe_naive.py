"""The way of zeep's own manual: one client, call by call, parsed by zeep.

Run as a module with URL, SCHOOLS and SUPPLIERS; prints JSON.
"""

from __future__ import annotations

import io
import json
import sys
import time
from typing import Any

import zeep

from tests.benchmarks.canned import WSDL
from tests.benchmarks.measure import peak_of_this_process
from tests.benchmarks.shapes import ENTITIES


def probe(service: Any, schools: int, suppliers: int) -> None:
    """The same calls as ours, one after the other."""
    for school in range(schools):
        assert service.testDatabaseConnection(schoolID=school) is True
        for _ in range(suppliers):
            found = service.findEntitiesBySchoolID(schoolID=school, username="benchmark", password="p")
            rows = found._value_1._value_1
            assert [row["Table"].EntityName for row in rows] == list(ENTITIES)


def measure(url: str, schools: int, suppliers: int) -> dict[str, float]:
    """CPU seconds of all probes, and the largest resident size in MB before and after."""
    library: Any = zeep  # it has no types
    client = library.Client(io.BytesIO(WSDL.encode()), settings=library.Settings(strict=False))
    service = client.create_service("{http://tempuri.org/}ReadSoap", url)
    probe(service, 2, 2)
    early, began = peak_of_this_process(), time.process_time()
    probe(service, schools, suppliers)
    return {"cpu": time.process_time() - began, "early": early, "late": peak_of_this_process()}


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
