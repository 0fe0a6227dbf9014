"""Where a composition goes: files, addresses, multicast groups, viewers. Each output is one class with four methods."""
