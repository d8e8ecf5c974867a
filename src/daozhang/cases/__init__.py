"""The life of a case as one table; who must be told, and by when."""

from daozhang.cases.life import CLOSED, SYSTEM, Needs, State, Step, Who, after, next_steps

__all__ = ["CLOSED", "SYSTEM", "Needs", "State", "Step", "Who", "after", "next_steps"]
