"""Each rule at its borders: the least that makes it hold, and each single change that unmakes it."""

import dataclasses
from dataclasses import replace

import pytest

from wire.cluster.match import Overlap
from wire.cluster.pair import Pair
from wire.cluster.rules import judge
from wire.policy import ClusterPolicy

POLICY = ClusterPolicy()
HOUR = 3600.0

NOTHING = Overlap(
    size=400,
    ratio=0.8,
    containment=0.0,
    jaccard=0.0,
    rare=50,
    longest=10,
    pieces=3.0,
    order=1.0,
    quoted=0.0,
    top=0.0,
    lead=0.0,
    headline=0.0,
    subject=0.0,
    topic=0.0,
    named=True,
    swapped=0,
    words=0.0,
    strangers=9,
    clash=0,
    numbers=1.0,
    figures=4,
    exact=0,
    kept=0,
    replaced=0,
    own=1.0,
)
"""Two long texts with agreeing figures, of which no rule holds."""

Fields = dict[str, float | None]

HOLDS: dict[str, Fields] = {
    "cut": {"containment": 0.9, "subject": 0.5, "top": 0.5, "apart": 70 * HOUR},
    "edited": {"containment": 0.65, "subject": 0.5, "apart": 20 * HOUR},
    "retold": {
        "size": 250,
        "containment": 0.2,
        "top": 0.2,
        "order": 0.6,
        "subject": 0.55,
        "strangers": 4,
        "figures": 2,
        "apart": 20 * HOUR,
    },
    "restated": {
        "size": 250,
        "containment": 0.1,
        "headline": 0.4,
        "subject": 0.6,
        "strangers": 1,
        "numbers": 0.6,
        "figures": 12,
        "exact": 4,
        "apart": 12 * HOUR,
    },
    "same lead": {"size": 251, "lead": 0.8, "containment": 0.25, "subject": 0.5, "apart": 20 * HOUR},
    "updated": {
        "corrects": True,
        "containment": 0.3,
        "top": 0.4,
        "order": 0.6,
        "strangers": 3,
        "numbers": 0.5,
        "apart": 20 * HOUR,
    },
    "flash": {
        "size": 45,
        "ratio": 0.5,
        "containment": 0.25,
        "top": 0.3,
        "subject": 0.65,
        "strangers": 1,
        "order": 0.5,
        "figures": 1,
        "apart": 6 * HOUR,
    },
    "same headline": {
        "headline": 1,
        "containment": 0.2,
        "strangers": 5,
        "order": 0.5,
        "figures": 10,
        "numbers": 0.1,
        "apart": 20 * HOUR,
    },
    "same figures": {
        "agency": True,
        "containment": 0.3,
        "figures": 10,
        "numbers": 0.8,
        "exact": 5,
        "kept": 10,
        "replaced": 2,
        "order": 0.6,
        "quoted": 0.3,
        "strangers": 7,
        "top": 0.25,
        "apart": 12 * HOUR,
    },
    "first take": {
        "agency": True,
        "size": 300,
        "containment": 0.4,
        "words": 0.75,
        "top": 0.25,
        "order": 0.6,
        "quoted": 0.4,
        "kept": 3,
        "replaced": 1,
        "numbers": 0.6,
        "strangers": 3,
        "apart": 6 * HOUR,
    },
    "told again": {
        "agency": True,
        "size": 250,
        "containment": 0.4,
        "rare": 30,
        "top": 0.5,
        "lead": 0.5,
        "order": 0.6,
        "figures": 1,
        "numbers": 0.9,
        "subject": 0.65,
        "strangers": 2,
        "words": 0.8,
        "apart": 20 * HOUR + 1,
    },
    "carried on": {
        "agency": True,
        "size": 251,
        "longest": 36,
        "containment": 0.5,
        "quoted": 0.3,
        "order": 0.5,
        "numbers": 0.5,
        "subject": 0.4,
        "strangers": 12,
        "apart": 6 * HOUR,
    },
    "same facts": {
        "size": 75,
        "ratio": 0.4,
        "containment": 0.25,
        "subject": 0.35,
        "strangers": 2,
        "figures": 4,
        "numbers": 0.5,
        "pieces": 6,
        "order": 0.57,
        "quoted": 0.5,
        "apart": 20 * HOUR,
    },
    "reworked": {
        "pieces": 15,
        "containment": 0.18,
        "exact": 4,
        "order": 0.5,
        "quoted": 0.25,
        "numbers": 0.6,
        "apart": 20 * HOUR,
    },
    "headline alone": {
        "bare": True,
        "size": 4,
        "rare": 0,
        "headline": 0.8,
        "words": 0.5,
        "apart": 6 * HOUR,
    },
}

UNMADE: list[tuple[str, Fields]] = [
    ("cut", {"containment": 0.89}),
    ("cut", {"subject": 0.49}),
    ("cut", {"top": 0.49, "ratio": 0.69}),
    ("cut", {"numbers": 0.79}),
    ("cut", {"clash": 1}),
    ("cut", {"rare": 3}),
    ("edited", {"containment": 0.64}),
    ("edited", {"subject": 0.49}),
    ("edited", {"apart": 20 * HOUR + 1}),
    ("edited", {"size": 39, "subject": 0.74}),
    ("edited", {"numbers": 0.59}),
    ("retold", {"size": 251}),
    ("retold", {"containment": 0.19}),
    ("retold", {"top": 0.19}),
    ("retold", {"order": 0.59}),
    ("retold", {"subject": 0.54}),
    ("retold", {"strangers": 5}),
    ("retold", {"figures": 1}),
    ("retold", {"apart": 20 * HOUR + 1}),
    ("retold", {"clash": 1}),
    ("retold", {"named": False}),
    ("restated", {"size": 251}),
    ("restated", {"headline": 0.39}),
    ("restated", {"subject": 0.59}),
    ("restated", {"strangers": 2}),
    ("restated", {"exact": 3}),
    ("restated", {"numbers": 0.59}),
    ("restated", {"clash": 1, "numbers": 0.89}),
    ("restated", {"apart": 12 * HOUR + 1}),
    ("same lead", {"size": 250}),
    ("same lead", {"lead": 0.79}),
    ("same lead", {"containment": 0.24}),
    ("same lead", {"subject": 0.49}),
    ("same lead", {"apart": 20 * HOUR + 1}),
    ("updated", {"corrects": False}),
    ("updated", {"containment": 0.29}),
    ("updated", {"size": 39}),
    ("updated", {"top": 0.39}),
    ("updated", {"strangers": 4}),
    ("updated", {"numbers": 0.49}),
    ("updated", {"clash": 1}),
    ("flash", {"size": 46}),
    ("flash", {"size": 7}),
    ("flash", {"ratio": 0.51}),
    ("flash", {"containment": 0.24}),
    ("flash", {"top": 0.29}),
    ("flash", {"subject": 0.64}),
    ("flash", {"numbers": 0}),
    ("flash", {"strangers": 2}),
    ("flash", {"apart": 6 * HOUR + 1}),
    ("same headline", {"headline": 0.79, "containment": 0.3}),
    ("same headline", {"headline": 0.99, "containment": 0.29}),
    ("same headline", {"containment": 0.19}),
    ("same headline", {"containment": 0.09, "size": 250, "figures": 6}),
    ("same headline", {"strangers": 6}),
    ("same headline", {"strangers": 6, "containment": 0.3, "numbers": 0.5}),
    ("same headline", {"strangers": 6, "agency": True, "containment": 0.29, "numbers": 0.5}),
    ("same headline", {"strangers": 6, "agency": True, "containment": 0.3, "numbers": 0.49}),
    ("same headline", {"strangers": 9, "agency": True, "containment": 0.3, "numbers": 0.5}),
    ("same headline", {"figures": 11}),
    ("same headline", {"apart": 20 * HOUR + 1}),
    ("same headline", {"agency": False}),
    ("retold", {"agency": False}),
    ("retold", {"place": False}),
    ("same figures", {"agency": None}),
    ("same figures", {"containment": 0.29}),
    ("same figures", {"figures": 9}),
    ("same figures", {"numbers": 0.79}),
    ("same figures", {"exact": 4}),
    ("same figures", {"kept": 9}),
    ("same figures", {"kept": 5, "replaced": 0}),
    ("same figures", {"order": 0.59}),
    ("same figures", {"quoted": 0.31}),
    ("same figures", {"strangers": 8}),
    ("same figures", {"named": False}),
    ("same figures", {"top": 0.24}),
    ("same figures", {"apart": 12 * HOUR + 1}),
    ("first take", {"agency": None}),
    ("first take", {"place": False}),
    ("first take", {"size": 301}),
    ("first take", {"size": 39}),
    ("first take", {"containment": 0.39}),
    ("first take", {"words": 0.74}),
    ("first take", {"top": 0.24}),
    ("first take", {"order": 0.59}),
    ("first take", {"quoted": 0.41}),
    ("first take", {"kept": 2}),
    ("first take", {"kept": 1, "replaced": 0}),
    ("first take", {"numbers": 0.59}),
    ("first take", {"strangers": 4}),
    ("first take", {"named": False}),
    ("first take", {"apart": 6 * HOUR + 1}),
    ("told again", {"agency": None}),
    ("told again", {"agency": False}),
    ("told again", {"place": False}),
    ("told again", {"size": 251}),
    ("told again", {"containment": 0.39}),
    ("told again", {"rare": 29}),
    ("told again", {"top": 0.49}),
    ("told again", {"lead": 0.49}),
    ("told again", {"order": 0.59}),
    ("told again", {"figures": 0, "numbers": 1}),
    ("told again", {"numbers": 0.89}),
    ("told again", {"replaced": 1}),
    ("told again", {"clash": 1}),
    ("told again", {"subject": 0.64}),
    ("told again", {"strangers": 3}),
    ("told again", {"words": 0.79}),
    ("carried on", {"agency": None}),
    ("carried on", {"agency": False}),
    ("carried on", {"size": 250}),
    ("carried on", {"size": 119, "numbers": 1}),
    ("carried on", {"longest": 35}),
    ("carried on", {"containment": 0.49}),
    ("carried on", {"quoted": 0.31}),
    ("carried on", {"order": 0.49}),
    ("carried on", {"numbers": 0.49}),
    ("carried on", {"subject": 0.39}),
    ("carried on", {"strangers": 13}),
    ("carried on", {"apart": 6 * HOUR + 1}),
    ("carried on", {"apart": 0}),
    ("same facts", {"size": 74}),
    ("same facts", {"ratio": 0.39}),
    ("same facts", {"containment": 0.24}),
    ("same facts", {"subject": 0.34}),
    ("same facts", {"strangers": 3}),
    ("same facts", {"figures": 3}),
    ("same facts", {"figures": 1, "strangers": 0}),
    ("same facts", {"numbers": 0.49}),
    ("same facts", {"figures": 6}),
    ("same facts", {"containment": 0.65, "numbers": 0.79, "subject": 0.49}),
    ("same facts", {"pieces": 5.9}),
    ("same facts", {"order": 0.56}),
    ("same facts", {"quoted": 0.51}),
    ("same facts", {"agency": False}),
    ("same facts", {"place": False}),
    ("same facts", {"unit": 5 / 3}),
    ("reworked", {"pieces": 14.9}),
    ("reworked", {"size": 546}),
    ("reworked", {"containment": 0.17}),
    ("reworked", {"containment": 0.29, "exact": 3}),
    ("reworked", {"order": 0.49}),
    ("reworked", {"quoted": 0.26}),
    ("reworked", {"numbers": 0.59}),
    ("reworked", {"apart": 20 * HOUR + 1}),
    ("headline alone", {"headline": 0.79}),
    ("headline alone", {"words": 0.49}),
    ("headline alone", {"size": 3}),
    ("headline alone", {"apart": 6 * HOUR + 1}),
]

OVERLAP = {field.name for field in dataclasses.fields(Overlap)}


def rule_of(**changes: float | None) -> str | None:
    pair = Pair(overlap=NOTHING, apart=0, corrects=False, flash=False, bare=False)
    figures = {name: value for name, value in changes.items() if name in OVERLAP}
    others = {name: value for name, value in changes.items() if name not in OVERLAP}
    overlap = replace(NOTHING, **figures)  # type: ignore[arg-type]  # names checked against the fields above
    return judge(replace(pair, overlap=overlap, **others), POLICY)  # type: ignore[arg-type]  # as above


def test_nothing_is_by_no_rule() -> None:
    assert rule_of() is None


@pytest.mark.parametrize("rule", HOLDS)
def test_the_least_that_makes_a_rule_hold(rule: str) -> None:
    assert rule_of(**HOLDS[rule]) == rule


@pytest.mark.parametrize(("rule", "change"), UNMADE)
def test_one_thing_less_unmakes_it(rule: str, change: Fields) -> None:
    assert rule_of(**{**HOLDS[rule], **change}) is None


@pytest.mark.parametrize(("rule", "hours"), [("edited", 12), ("retold", 12), ("same facts", 6), ("reworked", 6)])
def test_hours_later_an_agency_s_other_headline_above_another_opening_is_what_happened_since(
    rule: str, hours: float
) -> None:
    later: Fields = {**HOLDS[rule], "agency": True, "apart": hours * HOUR + 1}
    later |= {"headline": 0.39, "top": 0.49, "lead": 0.49}
    assert rule_of(**later) is None
    less: list[Fields] = [
        {"headline": 0.4},
        {"top": 0.5},
        {"lead": 0.5},
        {"agency": None},
        {"apart": hours * HOUR},
    ]
    for change in less:
        assert rule_of(**{**later, **change}) == rule


@pytest.mark.parametrize(
    ("change", "joins"),
    [
        ({"numbers": 0.75, "figures": 4, "subject": 0.65, "top": 0.6, "apart": HOUR}, True),
        ({"numbers": 0.75, "figures": 4, "subject": 0.64, "top": 0.6, "apart": HOUR}, False),
        ({"numbers": 0.75, "figures": 4, "subject": 0.65, "top": 0.59, "apart": HOUR}, False),
        ({"numbers": 0.75, "figures": 4, "subject": 0.65, "named": False, "apart": HOUR}, False),
        ({"numbers": 0.75, "figures": 4, "subject": 0.65, "apart": 13 * HOUR}, False),
        ({"numbers": 0.6, "figures": 10, "subject": 0.85, "exact": 2, "apart": HOUR}, True),
        ({"numbers": 0.6, "figures": 10, "subject": 0.85, "exact": 1, "apart": HOUR}, False),
        ({"numbers": 0.5, "figures": 10, "subject": 0.5, "lead": 0.8, "longest": 240}, True),
        ({"numbers": 0.5, "figures": 10, "subject": 0.5, "lead": 0.8, "longest": 239}, False),
        ({"numbers": 0.0, "figures": 1, "subject": 0.5, "containment": 0.95}, True),
    ],
    ids=[
        "one off",
        "other subject",
        "other top",
        "other company",
        "late",
        "some off",
        "by accident",
        "intact",
        "not intact",
        "nearly all",
    ],
)
def test_figures_that_differ_are_a_correction_or_a_template(change: Fields, joins: bool) -> None:
    assert (rule_of(**{"containment": 0.9, "top": 0.9, **change}) is not None) is joins


def test_one_that_says_that_it_corrects_need_not_name_whom_it_is_about() -> None:
    assert rule_of(**HOLDS["retold"], named=False, corrects=True) == "retold"


@pytest.mark.parametrize(
    ("change", "joins"),
    [
        ({}, True),
        ({"replaced": 2}, False),
        ({"kept": 1, "replaced": 0}, False),
        ({"numbers": 0.59}, False),
        ({"containment": 0.64, "lead": 0.8}, False),
        ({"size": 39}, False),
        ({"quoted": 0.51}, False),
        ({"strangers": 8}, False),
        ({"clash": 1}, False),
    ],
    ids=["in place", "replaced", "one place", "most", "retold", "tiny", "a quotation", "other people", "headlines"],
)
def test_where_the_words_around_a_figure_stayed_and_it_did_others_may_differ(change: Fields, joins: bool) -> None:
    figures: Fields = {"numbers": 0.6, "figures": 10, "kept": 3, "replaced": 1, "strangers": 7, "quoted": 0.5}
    edited: Fields = {"containment": 0.65, "subject": 0.5, "apart": 13 * HOUR, **figures}
    assert (rule_of(**{**edited, **change}) is not None) is joins


@pytest.mark.parametrize(
    ("change", "joins"),
    [
        ({}, True),
        ({"headline": 0.94}, False),
        ({"lead": 0.79}, False),
        ({"longest": 59}, False),
        ({"size": 79}, False),
        ({"order": 0.59}, False),
        ({"apart": 12 * HOUR + 1}, False),
    ],
    ids=["kept up", "headline", "opening", "no passage", "a few lines", "another order", "the next one"],
)
def test_a_running_report_under_one_headline_renews_its_figures(change: Fields, joins: bool) -> None:
    report: Fields = {"headline": 0.95, "lead": 0.8, "longest": 60, "size": 80, "order": 0.6, "subject": 1}
    report |= {"containment": 0.65, "figures": 10, "numbers": 0.1, "kept": 1, "replaced": 8, "apart": 12 * HOUR}
    assert (rule_of(**{**report, **change}) is not None) is joins


def test_after_half_a_day_a_report_has_the_headline_and_the_opening_as_well_as_the_figures() -> None:
    late: Fields = {**HOLDS["same figures"], "apart": 60 * HOUR, "headline": 0.8, "lead": 0.5, "containment": 0.5}
    assert rule_of(**late) == "same figures"
    assert rule_of(**{**late, "headline": 0.79}) is None
    assert rule_of(**{**late, "lead": 0.49}) is None
    assert rule_of(**{**late, "containment": 0.49}) is None


def test_a_table_that_comes_days_later_is_the_same_where_all_of_it_agrees() -> None:
    late: Fields = {**HOLDS["restated"], "apart": 60 * HOUR, "headline": 0.8, "containment": 0.5}
    late |= {"exact": 10, "numbers": 0.95, "replaced": 0}
    assert rule_of(**late) == "restated"
    less: list[Fields] = [
        {"exact": 9},
        {"numbers": 0.94},
        {"headline": 0.79},
        {"containment": 0.49},
        {"replaced": 1},
    ]
    for change in less:
        assert rule_of(**{**late, **change}) is None


@pytest.mark.parametrize(
    ("change", "joins"),
    [
        ({}, False),
        ({"numbers": 1, "replaced": 1}, False),
        ({"numbers": 0.95}, True),
        ({"figures": 7}, True),
        ({"size": 180}, True),
        ({"corrects": True}, True),
        ({"apart": 12 * HOUR}, True),
    ],
    ids=["moved", "in its place", "the same", "few", "prose", "corrected", "soon"],
)
def test_a_table_half_a_day_later_has_new_data_unless_all_are_the_same(change: Fields, joins: bool) -> None:
    table: Fields = {"containment": 0.9, "headline": 1, "subject": 1, "top": 1, "lead": 1, "agency": True}
    table |= {"size": 179, "figures": 10, "numbers": 0.94, "exact": 6, "kept": 20, "apart": 12 * HOUR + 1}
    assert (rule_of(**{**table, **change}) is not None) is joins


@pytest.mark.parametrize(
    ("change", "joins"),
    [
        ({}, False),
        ({"swapped": 0}, True),
        ({"headline": 0.49}, True),
        ({"ratio": 0.69}, True),
        ({"size": 251}, True),
        ({"containment": 0.95}, True),
        ({"corrects": True}, True),
    ],
    ids=["another", "none", "another scheme", "a trim", "long", "nearly all", "corrected"],
)
def test_notices_of_one_scheme_that_name_others_are_several(change: Fields, joins: bool) -> None:
    notice: Fields = {"swapped": 1, "headline": 0.5, "ratio": 0.7, "size": 250, "containment": 0.94}
    notice |= {"subject": 0.8, "top": 1, "lead": 1}
    assert (rule_of(**{**notice, **change}) is not None) is joins


def test_a_headline_that_was_touched_is_the_same_where_more_is_shared() -> None:
    assert rule_of(**{**HOLDS["same headline"], "headline": 0.8, "containment": 0.3}) == "same headline"


def test_an_agency_that_names_more_people_under_one_headline_goes_on_with_the_same() -> None:
    many: Fields = {"strangers": 8, "agency": True, "containment": 0.3, "numbers": 0.5}
    assert rule_of(**{**HOLDS["same headline"], **many}) == "same headline"


def test_tables_that_agree_are_one_though_their_headlines_clash() -> None:
    assert rule_of(**{**HOLDS["restated"], "clash": 1, "numbers": 0.9}) == "restated"


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({}, "reworked"),
        ({"pieces": 17.5}, None),
        ({"exact": 3}, None),
        ({"exact": 3, "apart": 20 * HOUR, "containment": 0.3}, "reworked"),
    ],
    ids=["dense, figures agree", "not so dense", "figures of its own", "the same day"],
)
def test_the_next_day_a_rework_is_denser_and_keeps_its_figures(change: Fields, rule: str | None) -> None:
    assert rule_of(**{**HOLDS["reworked"], "pieces": 17.6, "exact": 4, "apart": 20 * HOUR + 1, **change}) == rule


def test_boilerplate_around_texts_whose_headlines_speak_of_other_things_is_no_copy() -> None:
    shared: Fields = {"containment": 0.94, "ratio": 0.98, "top": 1, "lead": 1, "longest": 380}
    assert rule_of(**shared, topic=0.3) is None
    assert rule_of(**shared, topic=0.6) == "cut"
    assert rule_of(**{**shared, "containment": 0.95}, topic=0.39) is None
    assert rule_of(**{**shared, "containment": 0.95}, topic=0.4) == "cut"


@pytest.mark.parametrize(
    "change",
    [{"lead": 0.7}, {"strangers": 1}, {"pieces": 1.3}, {"ratio": 0.79}, {"size": 39}],
    ids=["one lead", "no others named", "passages", "an excerpt", "a few words"],
)
def test_two_openings_above_one_block_that_name_other_people_are_no_copy(change: Fields) -> None:
    block: Fields = {"containment": 0.9, "top": 0.9, "pieces": 1.2, "lead": 0.6, "strangers": 2, "subject": 1}
    block |= {"ratio": 0.8, "longest": 300, "headline": 1}
    assert rule_of(**block) is None
    assert rule_of(**{**block, **change}) == "cut"


@pytest.mark.parametrize(
    "change",
    [{"own": 0.5}, {"ratio": 0.6}, {"rare": 20}, {"size": 59}, {"containment": 0.95}],
    ids=["news of its own", "no longer than that", "rare phrases", "a brief", "all of it"],
)
def test_a_text_that_many_stories_hold_part_by_part_is_nobody_s_copy(change: Fields) -> None:
    mosaic: Fields = {
        "containment": 0.9,
        "top": 1,
        "subject": 1,
        "ratio": 0.59,
        "rare": 19,
        "longest": 100,
        "own": 0.49,
    }
    assert rule_of(**mosaic) is None
    assert rule_of(**{**mosaic, **change}) == "cut"


def test_of_equal_length_it_is_so_where_hardly_a_phrase_is_its_own() -> None:
    mosaic: Fields = {"containment": 0.9, "top": 1, "subject": 1, "ratio": 0.9, "rare": 19, "longest": 100}
    assert rule_of(**mosaic, own=0.14) is None
    assert rule_of(**mosaic, own=0.15) == "cut"


def test_long_texts_that_share_one_block_and_name_other_people_below_it_have_no_lead_in_common() -> None:
    assert rule_of(**{**HOLDS["same lead"], "strangers": 6, "pieces": 2}) == "same lead"
    assert rule_of(**{**HOLDS["same lead"], "strangers": 6, "pieces": 1.9}) is None
    assert rule_of(**{**HOLDS["same lead"], "strangers": 5, "pieces": 1.9}) == "same lead"


def test_a_flash_that_says_so_needs_no_shared_phrase_but_the_words() -> None:
    said: Fields = {"size": 20, "ratio": 0.1, "rare": 0, "words": 0.75, "strangers": 0, "subject": 0.5, "apart": HOUR}
    assert rule_of(**said, flash=True) == "flash"
    assert rule_of(**said) is None
    assert rule_of(**{**said, "words": 0.74}, flash=True) is None
    assert rule_of(**{**said, "strangers": 1}, flash=True) is None
