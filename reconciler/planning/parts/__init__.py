"""The parts of a whole: those of many machines, merged, and what nobody asked."""
