"""What a page says when something was done. Only these can be said, so that no link can put words on a page."""

from enum import StrEnum


class FlashMessage(StrEnum):
    """The messages; the first is the guide's, the others are ours."""

    USER_SAVED = "User Details Saved"
    PERMISSIONS_SAVED = "Permissions Saved"
    ROLE_SAVED = "Role Saved"
    DEFAULTS_SAVED = "Defaults Saved"
    RECORDS_UPDATED = "Records Updated"
    APPLICATION_GRANTED = "Application Granted"
    APPLICATION_REVOKED = "Application Revoked"

    @property
    def word(self) -> str:
        """How an address names it: `user-details-saved`."""
        return self.value.lower().replace(" ", "-")


def flash_message(word: str) -> str:
    """The message that an address names; empty for any other word."""
    return next((message.value for message in FlashMessage if message.word == word), "")
