"""Rightfit: a conversational intake assistant for coaches."""

__version__ = "0.1.0"
