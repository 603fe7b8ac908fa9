"""What a person has to do on each CI system once its files are written, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class CiSystem(NamedTuple):
    """A CI system in words.

    title      its name
    passwords  where it keeps the lines NAME='value'
    steps      what to do there; {branch} is the default branch, {owners} what CODEOWNERS still needs
    """

    title: str
    passwords: str
    steps: tuple[str, ...]


CI_SYSTEMS: Final[Mapping[str, CiSystem]] = {
    "github": CiSystem(
        "GitHub",
        "the secret RECONCILER_PASSWORDS of the environment bromcom",
        (
            "Settings > General: the repository must be private. The reports show which supplier may read what.",
            "{owners}",
            "Settings > Environments: make the environment bromcom. Under Deployment branches, allow only {branch}. "
            "For a private repository that takes a paid plan of GitHub, which schools can have free.",
            "In that environment, add the secret RECONCILER_PASSWORDS with the lines above. Do not make it a secret of "
            "the repository: whoever may push a branch could take it.",
            "In the same environment, add the address of a watcher as RECONCILER_HEARTBEAT_URL. A webhook can be added "
            "as RECONCILER_NOTIFY_URL.",
            "Commit the files, and merge them into {branch}.",
            "Actions > Access every night > Run workflow: start it once, to see that it works.",
            "Settings > Rules, for {branch}: require a pull request, an approval, a review from Code Owners, and the "
            "status check Access / Review.",
            "To have the pages published after each night, remove the # of the lines at the end of the nightly file. "
            "Settings > Pages must have the source GitHub Actions and the visibility Private.",
        ),
    ),
    "gitlab": CiSystem(
        "GitLab",
        "the variable RECONCILER_PASSWORDS",
        (
            "Settings > General > Visibility: the project must be private. The reports show which supplier may read "
            "what.",
            "Settings > Repository > Protected branches: protect {branch}, and no other branch.",
            "Settings > CI/CD > Variables: add RECONCILER_PASSWORDS with the lines above, of the type File, protected, "
            "with the environment scope bromcom.",
            "There, add the address of a watcher as RECONCILER_HEARTBEAT_URL, masked and protected. A webhook can be "
            "added as RECONCILER_NOTIFY_URL.",
            "For an issue that tells of drift, add RECONCILER_ISSUE_TOKEN, masked and protected, with the environment "
            "scope bromcom-issue: a project access token with the role Reporter and the scope api.",
            "For a note in each merge request, add RECONCILER_NOTE_TOKEN, masked: another such token.",
            "Settings > CI/CD > Runners: use one with a container executor (Docker, Kubernetes). Under General "
            "pipelines, keep Use separate caches for protected branches on.",
            "In the file, pin RECONCILER_IMAGE: write python:3.13@sha256:... with the Digest that "
            "`docker buildx imagetools inspect python:3.13` prints.",
            "Commit the file, and merge it into {branch}.",
            "Build > Pipeline schedules: make one for {branch}, every night, and run it once.",
            "Settings > Merge requests: require an approval of those who agree to what suppliers read.",
            "To have the pages published after each night, set PAGES to yes in the file. Add RECONCILER_PAGES_TOKEN, "
            "masked and protected, with the environment scope bromcom-pages: a project access token with the role "
            "Reporter and the scope read_api.",
        ),
    ),
    "azure": CiSystem(
        "Azure DevOps",
        "the secure file reconciler-passwords.env",
        (
            "Project settings: the project must be private. The reports show which supplier may read what.",
            "Pipelines > Library > Secure files: add reconciler-passwords.env with the lines above. Under Approvals "
            "and checks > Branch control, allow only refs/heads/{branch}, and verify that it is protected.",
            "Pipelines > Library: make the variable group reconciler, with the address of a watcher as the secret "
            "RECONCILER_HEARTBEAT_URL. A webhook can be added as RECONCILER_NOTIFY_URL.",
            "Repositories > Security: give the project's Build Service the right Contribute to pull requests.",
            "Project settings > Project configuration > Areas > Security: give it View and Edit work items in this "
            "node, for the item that tells of drift. In the nightly file, WORK_ITEM_TYPE is its type. Or add "
            "a token, with the scope Work Items (Read & write), to the variable group as RECONCILER_ISSUE_TOKEN.",
            "Commit the files, and merge them into {branch}.",
            "Pipelines > New pipeline: make one of each file. Call the nightly one reconciler-drift, and run it once.",
            "Branch policies of {branch}: require a reviewer, and add the other pipeline under Build validation.",
            "To have the pages kept after each night, set PAGES to yes in the nightly file.",
        ),
    ),
}


def ci_steps(system: str, branch: str, owners: str) -> list[str]:
    """Return the steps; `owners` says what CODEOWNERS needs, or is empty."""
    steps = (step.format(branch=branch or "the default branch", owners=owners) for step in CI_SYSTEMS[system].steps)
    return list(filter(None, steps))
