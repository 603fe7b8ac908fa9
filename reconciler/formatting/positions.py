"""Lines of a text, and the lines that belong to an entry of it."""

from reconciler.formatting.nodes import CollectionItem


class TextPositions:
    """Places of a text, counted in characters from its beginning."""

    def __init__(self, text: str) -> None:
        self._text = text

    def line(self, at: int) -> int:
        """The number of the line at a place, counted from 1."""
        return self._text.count("\n", 0, at) + 1

    def line_start(self, at: int) -> int:
        """The beginning of the line at a place."""
        return self._text.rfind("\n", 0, at) + 1

    def line_end(self, at: int) -> int:
        """The end of the line at a place, before its line break."""
        end = self._text.find("\n", at)
        return end if end >= 0 else len(self._text)

    def end(self, entry: CollectionItem) -> int:
        """The place behind an entry, before any line break: a text below `|` includes its last one."""
        start, end = entry.inside
        return end - 1 if end > start and self._text[end - 1] == "\n" else end

    def behind(self, entry: CollectionItem) -> int:
        """The end of the last line of an entry, with the comments below that are deeper than it."""
        end = following = self.line_end(self.end(entry))
        while following < len(self._text):
            begin = following + 1
            following = self.line_end(begin)
            line = self._text[begin:following]
            text = line.lstrip(" \t")
            if text and (text[0] != "#" or len(line) - len(text) <= entry.column):
                break
            end = following if text else end
        return end

    def is_alone(self, entry: CollectionItem) -> bool:
        """Tell if nothing stands before an entry on its line."""
        return not self._text[self.line_start(entry.start) : entry.start].strip(" ")

    def above(self, entry: CollectionItem) -> int:
        """The beginning of the line of an entry, or of the comments directly above it in its column."""
        start = self.line_start(entry.start)
        while start:
            above = self.line_start(start - 1)
            line = self._text[above : start - 1]
            if line[: entry.column + 1] != " " * entry.column + "#":
                break
            start = above
        return start
