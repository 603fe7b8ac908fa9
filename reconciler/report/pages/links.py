"""The addresses of the pages: one scheme for static files and the app, so that links are relative.

index.html                overview
schools.html              schools/NAME.html
suppliers.html            suppliers/NAME.html
register.html, plan.html, review.html, journal.html, catalogue.html
assets/pages.css          assets/pages.js
"""

from typing import Final, NamedTuple
from urllib.parse import quote

OVERVIEW: Final = "index.html"
SCHOOLS: Final = "schools.html"
SUPPLIERS: Final = "suppliers.html"
REGISTER: Final = "register.html"
PLAN: Final = "plan.html"
REVIEW: Final = "review.html"
JOURNAL: Final = "journal.html"
CATALOGUE: Final = "catalogue.html"


def school_page(name: str) -> str:
    """The address of a school's page."""
    return f"schools/{quote(name, safe='', errors='replace')}.html"


def supplier_page(name: str) -> str:
    """The address of a supplier's page."""
    return f"suppliers/{quote(name, safe='', errors='replace')}.html"


class Links(NamedTuple):
    """The way from one page to others."""

    address: str

    def to(self, address: str) -> str:
        """The relative address of another page."""
        return f"{'../' * self.address.count('/')}{address}"

    def school(self, name: str, supplier: str = "") -> str:
        """The relative address of a school's page, or of a supplier's place on it."""
        return self.to(school_page(name)) + (f"#{quote(supplier, errors='replace')}" if supplier else "")

    def supplier(self, name: str) -> str:
        """The relative address of a supplier's page."""
        return self.to(supplier_page(name))
