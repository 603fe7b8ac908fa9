"""Tests of the live side, over real sockets."""
