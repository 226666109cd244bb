"""Which actions there are: those that the server runs in its own process."""

from __future__ import annotations

from rasa_sdk import Action

from actions.action_after_intake import ActionAfterIntake
from actions.action_ask_coach import ActionAskCoach
from actions.action_ask_disclosure import ActionAskDisclosure
from actions.action_ask_extra import ActionAskExtra
from actions.action_ask_needs import ActionAskNeeds
from actions.action_ask_needs_matter import ActionAskNeedsMatter
from actions.action_ask_new_answer import ActionAskNewAnswer
from actions.action_ask_pick_answer import ActionAskPickAnswer
from actions.action_ask_recap import ActionAskRecap
from actions.action_asked_more import ActionAskedMore
from actions.action_clarify import ActionClarify
from actions.action_close_intake import ActionCloseIntake
from actions.action_crisis import ActionCrisis
from actions.action_explain import ActionExplain
from actions.action_go_back import ActionGoBack
from actions.action_hesitate import ActionHesitate
from actions.action_reopen import ActionReopen
from actions.action_reply import ActionReply
from actions.action_skip import ActionSkip
from actions.action_stop import ActionStop
from actions.validate_intake_form import ValidateIntakeForm
from rightfit.practice import Practice

_ACTIONS = (
    ValidateIntakeForm,
    ActionAskCoach,
    ActionAskDisclosure,
    ActionAskRecap,
    ActionAskNeeds,
    ActionAskNeedsMatter,
    ActionAskPickAnswer,
    ActionAskNewAnswer,
    ActionReply,
    ActionExplain,
    ActionClarify,
    ActionHesitate,
    ActionSkip,
    ActionGoBack,
    ActionStop,
    ActionCloseIntake,
    ActionAfterIntake,
    ActionReopen,
    ActionCrisis,
    ActionAskedMore,
    ActionAskExtra,
)


def actions_for(practice: Practice) -> tuple[Action, ...]:
    """Every action of the interview, for this practice."""
    return tuple(action(practice) for action in _ACTIONS)
