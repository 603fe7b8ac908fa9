"""The person who carries out a plan, at the terminal or as the demo plays them."""
