"""Files as data: JSON to the model and back, one file format a module. Pure."""
