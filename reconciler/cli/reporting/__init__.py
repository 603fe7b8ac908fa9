"""The commands of `report`: one a file, imported when it is used."""
