"""What docs/scaling.md says of costs and growth follows from what was measured and from the prices."""

from __future__ import annotations

import pytest

from tests.tools.scaling.page import PAGE, cost_of, figures, line_of, measured_text, prices
from tests.tools.scaling.processes import Asked, cluster, run_all


def test_the_page_says_what_was_measured() -> None:
    assert figures()
    assert measured_text(figures()) in PAGE.read_text("utf-8")


def test_every_price_has_a_source_and_a_date() -> None:
    for given in prices().values():
        assert given["source"].startswith("https://")
        assert given["read"][:2] == "20"


def test_a_month_costs_what_its_bytes_and_requests_cost() -> None:
    given = prices()
    given["cloudfront"] |= {
        "free_gb": 100, "free_requests": 1000, "free_function_calls": 0, "per_10_000_requests": 10, "per_million_function_calls": 1,
        "tiers": [{"up_to_gb": 100, "per_gb": 2}, {"up_to_gb": 1000, "per_gb": 1}],
    }  # fmt: skip
    given["s3"] |= {"per_gb_month": 3, "per_1_000_gets": 0.5}
    visits = {"first": {"requests": 10, "brotli_bytes": 1_000_000}, "next": {"requests": 2}}
    part = {"stored_bytes": 2e9, "visits": visits}
    few = cost_of(50_000, part, given)
    assert (few["transfer"], few["asked"], few["calls"]) == (0, 499, 0.5)
    assert few["s3"] == pytest.approx(2 * 3 + 500 * 0.5)
    assert cost_of(400_000, part, given)["transfer"] == 100 * 2 + 200 * 1


def test_growth_is_a_line_through_the_sizes() -> None:
    rows = [{"films": n, "bytes": 500 + 3 * n} for n in (100, 200, 400)]
    assert line_of(rows, "bytes") == pytest.approx((500, 3))


def test_processes_are_measured_and_a_failed_one_ends_it(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("processes")
    (ran,) = run_all([Asked(["json.tool", "--help"], [])], folder)
    assert "usage" in ran.said
    with pytest.raises(Exception, match="json"):
        run_all([Asked(["json.tool", "there-is-no-such-file"])], folder)
    assert cluster(1) == [{}]
    assert len({each["TF_CONFIG"] for each in cluster(2)}) == 2
