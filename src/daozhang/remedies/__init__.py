"""What to do for a cause, what counts as done, and when money may be asked for again."""

from daozhang.remedies.playbooks import RemedyStep, playbook_of
from daozhang.remedies.reissue import Queried, ReissueAnswer, Situation, may_reissue

__all__ = ["Queried", "ReissueAnswer", "RemedyStep", "Situation", "may_reissue", "playbook_of"]
