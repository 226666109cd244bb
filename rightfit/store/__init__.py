"""Where everything is kept; the only room that knows SQL."""

# Whoever looks at the tables finds them all, in whichever file they stand.
from rightfit.store import review_tables as review_tables
