"""Rasa custom actions: they translate between slots and ``rightfit``, and decide nothing."""
