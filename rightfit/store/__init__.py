"""Where everything is kept; the only room that knows SQL."""

# Whoever looks at the tables finds them all, in whichever file they stand.
from rightfit.store import handing_on_tables as handing_on_tables
from rightfit.store import lead_tables as lead_tables
from rightfit.store import outbox_tables as outbox_tables
from rightfit.store import review_tables as review_tables
from rightfit.store import slack_tables as slack_tables
