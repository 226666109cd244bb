"""From an intake and a coach to flags: questions for the coach, with the evidence for each.

Pure: no clock, no chance, no files. Nothing in here reads which way a belief leans.
"""

from rightfit.fit.flags import flags_of

__all__ = ["flags_of"]
