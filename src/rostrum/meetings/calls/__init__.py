"""Calling people into a running meeting: who is rung, who answers, and what comes of it."""
