"""Reports for people who answer for third-party access: text, rows for spreadsheets, pages."""
