"""What a database refuses, under the names that operations know."""

from sqlalchemy.exc import IntegrityError as Duplicate

__all__ = ["Duplicate"]
