"""The parts that advice needs: its context, comments that suppress it, dates that come near."""
