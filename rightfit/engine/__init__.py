"""The embedded Rasa turn; the only room of ``rightfit`` that imports Rasa."""

#: The one release of Rasa that the patches in this room were written for and tested with.
RASA_VERSION = "3.6.21"
