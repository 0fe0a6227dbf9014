"""Raising a hand, the podium with its places, audio remarks, the smart meeting."""
