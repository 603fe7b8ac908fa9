"""The container's file: no root, no shell, nothing without a hash. Its steps run in the rehearsal of a release."""

from __future__ import annotations

import json
import re
from runpy import run_path
from typing import Final

import pytest
import yaml

from tests.conftest import REPOSITORY

FOLDER: Final = REPOSITORY / ".ci" / "container"
SCRIPT: Final = run_path(str(FOLDER / "image.py"))  # it is in no package
STAGES: Final = SCRIPT["stages"]((FOLDER / "Containerfile").read_text(encoding="utf-8"))
FINAL: Final = STAGES[-1]
last: Final = SCRIPT["last"]
INSTRUCTIONS: Final = [each for stage in STAGES for each in stage]


def test_every_layer_is_pinned() -> None:
    """One base, by its digest; packages by hash, as the action has them; the wheel from no index."""
    bases = {rest.partition(" AS ")[0] for word, rest in INSTRUCTIONS if word == "FROM"}
    assert len(bases) == 1
    assert re.search(r":3\.\d+-slim@sha256:[0-9a-f]{64}$", bases.pop())
    installs = [json.loads(rest) for word, rest in INSTRUCTIONS if word == "RUN" and '"install"' in rest]
    assert installs
    assert all("--require-hashes" in each or {"--no-index", "--no-deps"} <= set(each) for each in installs)
    assert not {"ADD", "HEALTHCHECK", "EXPOSE", "VOLUME", "SHELL"} & {word for word, _ in INSTRUCTIONS}


def test_the_image_runs_one_program_without_rights() -> None:
    """As a number, which Kubernetes can tell from root; no step needs a shell, and the last stage runs none."""
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", last(FINAL, "USER"))
    for word, rest in INSTRUCTIONS:
        if word in {"RUN", "ENTRYPOINT", "CMD"}:
            assert "sh" not in json.loads(rest)
    assert "RUN" not in {word for word, _ in FINAL}
    assert SCRIPT["settings"](FINAL)["HOME"] == "/tmp"


@pytest.mark.parametrize("name", ["job.yml", "cronjob.yml"])
def test_kubernetes_runs_it_as_it_is_built(name: str) -> None:
    """The user, the read-only file system with a /tmp, and the place of the manifests."""
    text = (REPOSITORY / "examples" / "ci" / "kubernetes" / name).read_text(encoding="utf-8")
    job = yaml.safe_load(text)["spec"]
    pod = job.get("jobTemplate", {"spec": job})["spec"]["template"]["spec"]
    assert str(pod["securityContext"]["runAsUser"]) == last(FINAL, "USER").partition(":")[0]
    (container,) = pod["containers"]
    assert container["securityContext"]["readOnlyRootFilesystem"]
    assert "/tmp" in {mount["mountPath"] for mount in container["volumeMounts"]}
    assert "ghcr.io/OWNER/bromcom-reconciler" in text
    command = json.loads(last(FINAL, "ENTRYPOINT"))[0]
    assert "command" not in container or command in container["args"][0]
    assert last(FINAL, "WORKDIR") in text
