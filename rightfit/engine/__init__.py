"""The embedded Rasa turn; the only room of ``rightfit`` that imports Rasa."""
