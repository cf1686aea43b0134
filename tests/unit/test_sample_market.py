"""The demo's market: there is something to see in every view, and all of it says that it is a sample."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from jobcopilot.cli.demo import fill_with_samples
from jobcopilot.cli.sample_market import fill_market
from jobcopilot.clock import FixedClock
from jobcopilot.market.views import Query
from jobcopilot.paths import find_home
from jobcopilot.runtime import Runtime

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def test_every_view_has_something_and_says_what_it_is(tmp_path: Path) -> None:
    runtime = Runtime(find_home(tmp_path), clock=FixedClock(NOW))
    fill_with_samples(runtime)
    fill_market(runtime)
    asked = Query(since=(NOW - timedelta(weeks=12)).date())
    market = runtime.market
    assert market.level(asked).drawn
    assert len([point for point in market.trend(asked).points if point.drawn]) > 8
    assert market.skills(asked).demands
    assert market.gap(asked).rows
    assert market.employers(asked)
    assert market.time_to_close(asked).drawn
    sources = runtime.sources.mine()
    assert all("sample" in source.name and "sample data" in source.note for source in sources)
    assert not any(source.enabled for source in sources)
    assert runtime.poller.due() == []
    rows = runtime.discovered.page(0, 500)
    assert len(rows) > 40
    assert "Sample posting" in runtime.discovered.detail(rows[0].id).description
    runtime.close()
