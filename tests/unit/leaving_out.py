"""Measures the whole assessment on each part of the labelled answers with weights that were fitted without it.

`python -m tests.unit.leaving_out` (minutes, needs numpy) prints a line for each part, with points and without, and how
honest answers and adversarial ones trade against each other where the border of relevance is moved. The rules that are
not fitted were made with all parts in sight: for those, only a part that nobody has opened tells.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final
from unittest.mock import patch

from jobcopilot.practice.answers import manner, registers, relevance, wording
from jobcopilot.practice.answers.relevance import REFUSED, WEIGHTS
from tests.unit.fitting_manner import all_fitted
from tests.unit.fitting_practice import examples, fitted
from tests.unit.fitting_registers import LABELLED
from tests.unit.fitting_registers import fitted as fitted_registers
from tests.unit.fitting_wording import score_weights, text_weights
from tests.unit.scoring_practice import Totals, measure

MOVED: Final = (0.0, 0.4)
Both = dict[bool, dict[str, dict[str, float]]]


def left_out() -> tuple[Both, Both, dict[str, dict[str, float]]]:
    """Return by part the weights fitted without it: of relevance and of words, with points and without; of texts."""
    signs: Both = {}
    cases: Both = {}
    for points in (True, False):
        signs[points] = fitted(list(examples(points=points)), points=points).without
        cases[points] = score_weights(points=points).without
    return signs, cases, text_weights().without


def told(totals: Sequence[Totals]) -> str:
    """Return the sum of some totals in one line."""
    right, pairs = sum(one.right for one in totals), sum(one.pairs for one in totals)
    return (
        f"pairs {right:g}/{pairs} = {100 * right / pairs:.1f} %, honest without a mark "
        f"{sum(one.unmarked for one in totals)}/{sum(one.honest for one in totals)}, adversarial marked "
        f"{sum(one.marked for one in totals)}/{sum(one.adversarial for one in totals)}"
    )


def main() -> None:
    """Print the totals."""
    signs, cases, texts = left_out()
    manners, of_registers = all_fitted(), fitted_registers().without
    for points in (True, False):
        for moved in MOVED:
            totals = []
            for part in LABELLED:
                # The words of one fit judge with and without points; those of the fit with points are the shipped ones.
                words = {"case": cases[True][part], "text": texts[part]}
                place = 0 if points else 1
                weights = {
                    name: (found, found) if name in signs[points][part] else WEIGHTS[name]
                    for name, found in signs[points][part].items()
                }
                border = (REFUSED[place] + moved,) * 2
                put_together = {name: one.without[part] for name, one in manners.items()}
                with (
                    patch.object(manner, "weights", lambda those=put_together: those),
                    patch.object(registers, "weights", lambda part=part: of_registers[part]),
                    patch.object(wording, "weights", lambda words=words: words),
                    patch.object(relevance, "WEIGHTS", weights),
                    patch.object(relevance, "REFUSED", border),
                ):
                    totals.append(measure(part, points=points))
                if not moved:
                    sys.stdout.write(f"left out {totals[-1].line()}\n")
            asked = "with points" if points else "without points"
            sys.stdout.write(f"{asked}, border moved {moved:+.1f}: {told(totals)}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
