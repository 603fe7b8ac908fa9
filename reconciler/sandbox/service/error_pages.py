"""The web pages that come in place of an answer: recognisable as a practice service's, shaped like the real ones."""

from html import escape

from reconciler.sandbox.service.contract import SoapService

_XHTML = (
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">\r\n'
)


def refused() -> str:
    """A Windows web server's page for 401: a well-formed document, which an XML parser accepts."""
    return _XHTML + _page(
        "401 - Unauthorized: Access is denied due to invalid credentials.",
        "You do not have permission to view this directory or page using the credentials that you supplied.",
    )


def login() -> str:
    """A login page in the HTML of the web, which is no XML."""
    return (
        "<!DOCTYPE html>\n<html><head><title>Practice MIS: log in</title><meta charset=utf-8></head>"
        "<body><p>Your session has expired<br>Please log in<form method=post><input name=user></form></body></html>"
    )


def well_formed_login() -> str:
    """A login page that an XML parser takes."""
    return _page("Practice MIS: log in", "Your session has expired. Please log in.")


def bad_gateway() -> str:
    """A proxy's page in the HTML of the web."""
    return (
        "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1><hr>proxy</body></html>"
    )


def well_formed_bad_gateway() -> str:
    """A proxy's page that an XML parser takes."""
    return _page("502 Bad Gateway", "The practice proxy received no answer from the server behind it.")


def runtime_error(text: str = "An application error occurred on the server.") -> str:
    """The page of ASP.NET for an error outside any operation."""
    return _page("Runtime Error", f"Server Error in '/Nucleus' Application. {text}")


def not_found() -> str:
    """The page for a path that is none of the services'."""
    return _page("404 - File or directory not found.", "This is a practice server. Its two services are elsewhere.")


def busy(status: int) -> str:
    """The page of a server that wants to be asked later."""
    return _page(f"{status} - Service Unavailable", "The practice service is busy. Try again later.")


def service(service: SoapService) -> str:
    """The page of a service itself, with its operations."""
    names = "".join(f"<li>{escape(name)}</li>" for name in sorted(service.operations))
    return (
        '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>Practice: '
        f"{escape(service.name)}</title></head><body><h1>{escape(service.name)}</h1>"
        "<p>This is a practice service. Everyone and everything in it is invented.</p>"
        f'<ul>{names}</ul><p><a href="?WSDL">Service Description</a></p></body></html>'
    )


def _page(title: str, text: str) -> str:
    return (
        f'<html xmlns="http://www.w3.org/1999/xhtml"><head><title>{escape(title)}</title></head>'
        f"<body><h1>{escape(title)}</h1><p>{escape(text)}</p></body></html>"
    )
