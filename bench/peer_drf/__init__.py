"""The peer: four endpoints of the API as one would write them with Django REST Framework.

It has the versions of the API, scopes of tokens, and the same answers as Rostrum. Where Rostrum works something out
(presence, the running session), the peer reads a column, which is in the peer's favour.
"""
