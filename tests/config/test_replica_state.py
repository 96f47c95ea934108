"""What is wrong with a replica."""

import pytest

from config.replica_state import ReplicaState

CURRENT = ReplicaState(is_replica=True, is_connected=True, number=7, age=3600.4)


@pytest.mark.parametrize(
    ("state", "required", "reason"),
    [
        (CURRENT, 9, "2 change(s) of content are missing, its latest transaction is 3600 s old."),
        (CURRENT._replace(age=None), 8, "lags behind: 1 change(s) of content are missing."),
        (CURRENT._replace(is_connected=False), 7, "It is not connected to the primary."),
        (CURRENT._replace(is_replica=False), 7, "It is a primary server of its own."),
    ],
)
def test_each_problem_has_a_reason_and_says_what_to_do(state, required, reason):
    problem = state.problem(required)
    assert problem
    assert problem[0].endswith(reason) and problem[1]


@pytest.mark.parametrize("required", [7, 6])
def test_a_replica_that_has_the_content_is_current(required):
    assert CURRENT.problem(required) is None
