"""The assessment of answers: the order of labelled answers, refusals, and quotes that stand in the text."""

from __future__ import annotations

import pytest

from tests.unit.scoring_practice import measure


@pytest.mark.parametrize("points", [True, False])
def test_labelled_answers_are_put_in_order_with_quotes_that_are_there(points: bool) -> None:
    totals = measure("tune", points=points)
    print(totals.line())
    assert totals.misquoted == 0
    assert totals.right / totals.pairs > totals.by_length / totals.pairs + 0.2
