"""Taking over what is there: tables, inventories, options."""
