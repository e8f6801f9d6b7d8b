"""Which texts are one story: every way in which it has gone wrong somewhere, in invented copy."""

import dataclasses
import random
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cluster.newsroom import NOON, Desk, Writer, copy, one_story
from wire.cluster import Candidate, Item, compare, decide, overlap, profile
from wire.cluster.match import alike
from wire.model import Copy, Founds, Joins, Signal
from wire.policy import ClusterPolicy

POLICY = ClusterPolicy()
DAY = 24 * 60

FERRY = copy(
    "Ferry Aldous runs aground off Cape Tarn, 214 taken off",
    "The ferry Aldous ran aground off Cape Tarn at 05:40 on Tuesday with 214 people on board, the coast guard said.",
    "Lifeboats from Morrow and Senn took all passengers off within three hours, and nobody was hurt.",
    "The 9,800-tonne ship, built in 1998, was on its way from Morrow to the island of Hale in thick fog.",
    "Captain Ines Rowland told the harbour office that the radar had failed twenty minutes before.",
    "Tugs will try to free the ship at the next high tide, at 17:15, said Bram Okker of the salvage firm Delft Marine.",
)


# --- what is one story ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "other",
    [
        copy("Passengers safe after ferry strands at Cape Tarn", *FERRY.paragraphs),
        copy(FERRY.headline, *FERRY.paragraphs[:2]),
        copy("Ferry aground off Cape Tarn", FERRY.paragraphs[0]),
        copy(FERRY.headline, "MORROW - Ferry in trouble.", *FERRY.paragraphs, "Additional notes by our desk in Senn."),
        copy("Ferry Aldous runs aground off Cape Tarn", *(text.upper() for text in FERRY.paragraphs)),
    ],
    ids=["other headline", "trimmed", "teaser", "extended", "capitals"],
)
@pytest.mark.parametrize("apart", [5, 60 * 48])
def test_reprints_trims_and_teasers_join_in_either_order(other: Copy, apart: float) -> None:
    assert one_story([FERRY, other], every=apart)
    assert one_story([other, FERRY], every=apart)


def test_an_edited_update_of_the_same_day_joins() -> None:
    update = copy(
        "Ferry Aldous freed after grounding off Cape Tarn, 214 safe",
        "The ferry Aldous, which ran aground off Cape Tarn at 05:40 on Tuesday with 214 people on board, was freed.",
        *FERRY.paragraphs[1:4],
        "Two tugs pulled it into deep water and it sailed to Morrow, where divers are to look at the hull.",
    )
    assert one_story([FERRY, update], every=300)


@pytest.mark.parametrize(
    "flash",
    [
        copy("Ferry aground off Cape Tarn", "The ferry Aldous ran aground off Cape Tarn, the coast guard said."),
        copy("FERRY RUNS AGROUND WITH 214 ON BOARD", "A ferry with 214 people on board has run aground off Cape Tarn."),
    ],
)
def test_a_flash_and_its_full_story_are_one(flash: Copy) -> None:
    desk = Desk()
    assert desk.take(flash) == desk.take(FERRY, 40)
    assert desk.rule(FERRY) == "flash"
    assert not one_story([flash, FERRY], every=DAY)


def test_short_copy_told_anew_joins_when_figures_subject_and_opening_agree() -> None:
    first = copy(
        "TREVANE HOMES SELLS DEPOT, SEES GAIN",
        "Trevane Homes said it sold its timber yard and depot at Lowick for 12.2 million crowns and will book a gain "
        "of 2.9 million in the first quarter. It added that any taxes on the sale will be offset by earlier losses.",
    )
    second = copy(
        "TREVANE HOMES SELLS LOWICK DEPOT",
        "Trevane Homes said it sold its timber yard and depot at Lowick for 12.2 million crowns. The company said the "
        "sale is subject to conditions after closing, which it did not explain.",
    )
    desk = Desk()
    assert desk.take(first) == desk.take(second, 60)
    assert desk.rule(second) == "retold"


def test_a_long_text_gone_over_sentence_by_sentence_joins() -> None:
    writer = Writer(8)
    first = writer.story(30)
    # Every sentence keeps two passages of its own, in order, and has new words around them.
    reworked = [
        " ".join([*words[:6], writer.word(), writer.word(), *words[9:15], writer.word(), writer.word(), writer.word()])
        for words in (each.split() for each in first.paragraphs)
    ]
    desk = Desk()
    assert desk.take(first) == desk.take(copy(writer.headline(), *reworked), 120)


def test_a_correction_joins_although_a_figure_differs() -> None:
    corrected = [text.replace("214", "241") for text in FERRY.paragraphs]
    assert one_story([FERRY, copy(FERRY.headline.replace("214", "241"), *corrected, signals=[Signal.CORRECTION])])
    assert one_story([FERRY, copy(FERRY.headline, *corrected)], every=90)


def test_a_headline_alone_joins_the_story_that_speaks_of_it_and_no_other() -> None:
    alone = copy("Ferry Aldous runs aground off Cape Tarn, 214 taken off", signals=[Signal.FLASH])
    desk = Desk()
    assert desk.take(alone) == desk.take(FERRY, 40)
    assert desk.rule(FERRY) == "headline alone"
    other = copy(alone.headline, *Writer(3).paragraphs(4))
    assert not one_story([alone, other])


def test_a_flash_that_says_so_joins_though_the_words_are_others() -> None:
    flash = copy(
        "Ferry aground off Cape Tarn with over 200 aboard",
        "The ferry Aldous has run aground in thick fog off Cape Tarn with people on board, the coast guard said.",
        signals=[Signal.FLASH],
    )
    assert one_story([flash, FERRY], every=30)


def test_an_update_that_says_so_joins_though_its_news_and_figures_are_new() -> None:
    update = copy(
        "Captain of stranded Aldous had been warned, coast guard says",
        FERRY.paragraphs[0],
        "Rowland had been told twice by radio to keep to the marked channel, the coast guard said at 11:20.",
        FERRY.paragraphs[2],
        "The owners said that they would put 3 buses on the coast road until 18 May.",
        signals=[Signal.UPDATE],
    )
    desk = Desk()
    assert desk.take(FERRY) == desk.take(update, 200)


def test_a_reprint_with_a_tail_of_its_own_figures_joins() -> None:
    tail = "Call our newsroom on 555-0134 or 555-0178, write to Box 4410, or read more on pages 12, 14 and 36."
    assert one_story([FERRY, copy("Everyone safe as ferry strands off Cape Tarn", *FERRY.paragraphs, tail)])


YARD = dataclasses.replace(
    copy(
        "Tarn Yard to shed 600 jobs in slipway closure",
        "Tarn Yard said on Tuesday it would shed 600 jobs and close two of its five slipways to meet a fall in orders.",
        "The builder of ferries and dredgers has been hurt by dear steel, late engines and a strike of 14 weeks that "
        "held up work on the 6,200-tonne dredger Ostara, due in 2033, its works council told the port in a letter.",
        "It will keep the dry dock in Senn open and build the 4 barges that the island council has ordered from it.",
        "Shares in the yard fell 3.5 per cent to 41.20 crowns in morning trade, after 1.5 on Monday.",
    ),
    origin="Orland Press",
)


def test_an_update_joins_though_figures_of_its_own_came_in_and_others_went() -> None:
    update = dataclasses.replace(
        YARD,
        version_id="update",
        headline="Tarn Yard cuts 600 jobs as orders dry up",
        paragraphs=(
            "Tarn Yard said on Tuesday it would shed 600 jobs and close two of five slipways, the first since 1911.",
            *YARD.paragraphs[1:3],
            "Wages make up 38 per cent of its costs, and 212 of those who go will be retired early, it said at noon.",
        ),
    )
    assert one_story([YARD, update], every=240)


def test_the_same_words_with_other_figures_are_new_data_at_any_length() -> None:
    data = {"600": "350", "14": "9", "6,200": "4,700", "2033": "2031", "4": "2", "3.5": "1.9", "41.20": "17.85"}
    yard = copy(
        "Tarn Yard to shed 350 jobs in slipway closure",
        *(
            " ".join(data.get(word, word) for word in text.replace("-tonne", " tonne").split())
            for text in YARD.paragraphs
        ),
    )
    yard = dataclasses.replace(yard, origin="Orland Press")
    assert not one_story([YARD, yard], every=14 * 60)


MARKET = dataclasses.replace(
    copy(
        "Grain steady as rain holds off in Hale",
        "Grain prices held steady on Tuesday as rain held off over the fields of Hale and buyers waited for the island "
        "council to say how much of last summer's barley it will let out of the country before the harvest.",
        "Traders in Morrow said that nobody wanted to sell ahead of the report, which is due once the weighing of the "
        "stores in Senn is done, and that mills had bought no more than they needed to keep their stones turning.",
        "Barley for May stood at 212.50 crowns a tonne at 10:15, up 0.4 per cent, and oats at 187.25, down 0.2.",
    ),
    origin="Orland Press",
)


def test_a_running_report_whose_prices_are_renewed_is_one_story_for_half_a_day() -> None:
    later = dataclasses.replace(
        MARKET,
        version_id="later",
        paragraphs=(
            *MARKET.paragraphs[:2],
            "By 15:40 barley had slipped to 209.75, off 0.9 per cent on the day, while oats made 188.50 in thin trade.",
        ),
    )
    assert one_story([MARKET, later], every=325)
    assert not one_story([MARKET, later], every=DAY + 325)


BOATS = dataclasses.replace(
    copy(
        "Senn council proposes to let some mussel boats out",
        "The Senn council proposed letting mussel boats of the outer banks land their catch in Morrow until July 1, "
        "pending the ruling on the shore law that the island assembly passed last autumn.",
        "The proposal, which is to be read out on the quay next week, asks for remarks within sixty days and deals "
        "with boats under twelve metres that have no berth of their own in the old harbour.",
        "The council said it acted because it felt that the assembly had not intended to hurt the small boats when it "
        "passed the law over the harbour master's protest.",
    ),
    origin="Orland Press",
)


def test_an_agency_s_short_text_told_anew_after_the_weekend_joins_and_news_does_not() -> None:
    again = dataclasses.replace(
        copy(
            "Senn council lets some mussel boats land in Morrow",
            "The council of Senn said it would let mussel boats of the outer banks land their catch in Morrow until "
            "July 1, pending the ruling on the shore law that the assembly passed last autumn.",
            "Boats under twelve metres are meant that have no berth of their own. The assembly, the council felt, had "
            "not intended to hurt them with the law.",
        ),
        origin="Orland Press",
    )
    desk = Desk()
    assert desk.take(BOATS) == desk.take(again, 62 * 60)
    assert desk.rule(again) == "told again"

    text = [each.replace("July 1", "August 15") for each in again.paragraphs]
    assert not one_story([BOATS, dataclasses.replace(again, version_id="news", paragraphs=tuple(text))], every=62 * 60)


def test_a_story_told_again_sentence_by_sentence_joins_by_its_facts() -> None:
    def told(*words: str) -> Copy:
        say, hurt, raised, before = words
        return copy(
            "Quake of 5.8 shakes Morrow valley, 312 homes damaged",
            f"An earthquake of magnitude 5.8 {say} the Morrow valley at 04:17 on Monday, the survey office said.",
            f"At least 1,240 people {hurt} and 312 homes were damaged in Senn and Hale, the regional council said.",
            f"The council {raised} 650 beds in two sports halls, and 18 schools will stay closed until Thursday.",
            f"It was the strongest shock in the valley since 1974, when 83 people died, {before}.",
            f"Power was cut to 9,400 households and {say} most of them came back before noon, the grid said.",
            f"Trains between Morrow and Tarn will not run for 12 days, {before}, the railway said on Monday.",
        )

    first = told("shook", "were left without shelter overnight", "opened", "according to the survey office's records")
    again = told("rattled", "had to spend the night outdoors", "has made ready some", "an official recalled")
    assert one_story([first, again], every=60)


# --- what is not ------------------------------------------------------------------------------------------------


def money(amount: str, rate: str) -> Copy:
    return copy(
        "Central bank of Orland adds reserves",
        f"The central bank of Orland entered the money market to arrange {amount} billion crowns of repurchase "
        f"agreements, a spokesman said. Dealers said overnight funds were trading at {rate} per cent when the bank "
        "began its temporary supply of reserves to the banking system.",
    )


def test_a_daily_template_with_other_figures_is_a_new_story_each_day() -> None:
    assert not one_story([money("1.5", "6-3/16"), money("2.25", "6-1/4")], every=DAY)
    desk = Desk()
    days = [money(f"{n}.{n}", f"{n}-1/8") for n in range(1, 15)]
    assert len({desk.take(each, n * DAY) for n, each in enumerate(days)}) == len(days)


def test_a_table_ten_minutes_later_is_a_new_story() -> None:
    def grain(clock: str, *prices: float) -> Copy:
        rows = [
            f"{month} wheat {price:.2f}" for month, price in zip(("May", "July", "Sept", "Dec"), prices, strict=True)
        ]
        return copy(
            f"Harl grain futures at {clock}", f"Prices in crowns a tonne at {clock} in Harl:", *rows, "Source: Harl"
        )

    assert not one_story([grain("11:50", 151.25, 154.5, 157.75, 161), grain("12:00", 151.75, 155, 158.25, 161.5)])


def test_one_notice_about_two_companies_is_two_stories() -> None:
    def posting(company: str, verb: str) -> Copy:
        return copy(
            f"{company.upper()} {verb} CRUDE PRICES",
            f"{company} said it raised the contract price it will pay for crude oil 50 cents a barrel, effective "
            f"today. The increase brings {company}'s posted price for benchmark Norvik light crude to 17.50 a barrel.",
        )

    assert not one_story([posting("Tarbell Refining", "RAISES"), posting("Quent Petroleum", "LIFTS")], every=30)


@pytest.mark.parametrize(("second", "joins"), [("Brentley", False), ("Harlow", True)])
def test_a_notice_in_the_words_and_figures_of_another_is_about_whom_its_headline_names(
    second: str, joins: bool
) -> None:
    first = copy(
        "HARLOW LIFTS MILK PRICE FOR FARMERS",
        "Harlow Dairies will pay farmers 2.15 crowns more for a hundred litres of milk from Thursday on.",
        "That puts the basic price for summer milk at 41.35 crowns. Harlow had left it alone since the middle of May.",
    )
    other = copy(
        f"{second.upper()} LIFTS RAW MILK PRICE",
        f"{second} Creameries will pay farmers 2.15 crowns more for a hundred litres of most milk, it told them today.",
        f"Its basic price for summer milk rises to 41.35 crowns and for winter milk to 43.90. {second} left both alone",
        "until now. The step is the last of several that Harlow began this morning, and others may well follow soon.",
    )
    assert one_story([first, other], every=90) is joins


def test_a_table_completed_the_same_day_joins_by_its_figures() -> None:
    half = copy(
        "MORROW PAPER MILLS CORP HALF YEAR LOSS",
        "Loss a share 3.41 crowns after 0.62 profit. Net loss 5,274,108 after profit 963,417. Sales 31.7 mln.",
        "Shares 1,546,224 after 1,553,898. Reserves 412,000.",
    )
    whole = copy(
        "MORROW PAPER MILLS CORP 2ND QUARTER LOSS",
        "A share: minus 0.88 crowns, plus 0.29. Result minus 1,360,677, plus 450,630. Turnover 16,204,551.",
        "January to June, a share: minus 3.41 crowns, plus 0.62. Net loss 5,274,108 after profit 963,417.",
        "Turnover 31,668,090 and 28,911,475. Shares 1,546,224 after 1,553,898.",
    )
    desk = Desk()
    assert desk.take(half) == desk.take(whole, 20)
    assert desk.rule(whole) == "restated"
    assert not one_story([half, whole], every=DAY)


def test_two_reports_on_one_event_are_two_stories() -> None:
    own = copy(
        "214 rescued as fog-bound ferry hits rocks near Tarn lighthouse",
        "More than two hundred people were rescued on Tuesday when a car ferry struck rocks near the Tarn lighthouse.",
        "Witnesses on shore heard the ship's horn shortly before six and saw flares through the fog.",
        'The master, Ines Rowland, blamed a broken radar. "We were blind," she told a reporter at the quay in Senn.',
        "Salvage crews hoped to pull the Aldous clear in the evening, when the water is highest.",
    )
    assert not one_story([FERRY, own])


def test_a_long_quotation_shared_by_two_reports_does_not_make_them_one() -> None:
    quotation = "“" + Writer(1).sentence(90) + "”"
    reports = [
        copy(Writer(n).headline(), *Writer(n).paragraphs(4), quotation, *Writer(n + 50).paragraphs(4)) for n in (2, 3)
    ]
    assert not one_story(reports)


def test_a_follow_up_of_the_next_day_that_reuses_background_is_a_new_story() -> None:
    background = Writer(1).paragraphs(12)
    first, second = (copy(Writer(n).headline(), *Writer(n).paragraphs(4), *background) for n in (2, 3))
    assert not one_story([first, second], every=DAY)


@pytest.mark.parametrize("where", ["above", "below", "around"])
def test_a_flood_of_boilerplate_merges_nothing(where: str) -> None:
    boilerplate, desk = Writer(1).paragraphs(20, 24), Desk()
    for n in range(2, 40):
        own = Writer(n).paragraphs(3, 20)
        above, below = {"above": (boilerplate, ()), "below": ((), boilerplate)}.get(
            where, (boilerplate[:10], boilerplate[10:])
        )
        desk.take(copy(Writer(n).headline(), *above, *own, *below), n)
    assert len(desk.stories()) == 38


def test_a_round_up_attracts_nobody_and_joins_nothing() -> None:
    desk, items = Desk(), [Writer(n).story(3) for n in range(6)]
    for n, item in enumerate(items):
        desk.take(item, n)
    round_up = copy("News in brief at noon", *(paragraph for item in items for paragraph in item.paragraphs))
    desk.take(round_up, 20)
    assert desk.rule(round_up) == "round-up"
    assert desk.decisions[round_up.version_id].evidence.notes
    assert len(desk.stories()) == 7


def test_two_parts_of_one_story_make_no_round_up() -> None:
    """Its whole text is not among the candidates; what holds both parts is that story again."""
    first, second = Writer(1).story(4), Writer(2).story(4)
    whole = copy(first.headline, *first.paragraphs, *second.paragraphs)

    def told(*stories: str) -> str:
        candidates = [
            Candidate(version_id=each.version_id, story_id=story, at=NOON, profile=profile(each), anchor=not n)
            for n, (each, story) in enumerate(zip((first, second), stories, strict=True))
        ]
        return decide(Item(profile=profile(whole), at=NOON), candidates, alike, POLICY).evidence.rule

    assert told("s", "t") == "round-up"
    assert told("s", "s") == "cut"


def _levels(day: str, **moved: str) -> Copy:
    levels = {
        "Harrow": "214.3",
        "Tessen": "377.0",
        "Mirk": "198.6",
        "Callow": "251.9",
        "Drune": "340.2",
        "Pell": "289.5",
    }
    rows = [f"{name} stood at {level} metres." for name, level in (levels | moved).items()]
    full = [f"{name} holds {share} percent." for name, share in zip(levels, (71, 64, 88, 59, 93, 77), strict=True)]
    return copy("Orland reservoir levels", f"The Orland reservoirs on {day}, in metres above the sea.", *rows, *full)


@pytest.mark.parametrize(
    ("hours", "level", "stories"), [(1, "378.4", 1), (24, "378.4", 2), (48, "378.4", 2), (24, "377.0", 1)]
)
def test_of_a_table_that_hardly_moved_the_next_day_s_is_another(hours: int, level: str, stories: int) -> None:
    desk = Desk()
    desk.take(_levels("Monday"))
    desk.take(_levels("Tuesday", Tessen=level), hours * 60)
    assert len(desk.stories()) == stories


def _results(company: str, quarter: str, *figures: str) -> Copy:
    rise, profit, sales, turnover, margin, before, expected = figures
    return copy(
        f"{company} {quarter}-quarter profit rises",
        f"{company} Ltd said on Thursday its {quarter}-quarter profit rose {rise} percent to {profit} million crowns.",
        f"Sales were up {sales} percent at {turnover} million, while the margin was {margin} percent against {before}.",
        f"Brokers had on average expected {expected} million. The company kept its outlook and proposed a dividend.",
    )


TALVIK = _results("Talvik", "second", "12", "314.2", "7", "2,210", "14.2", "13.1", "301.0")


def test_two_companies_results_and_the_report_on_both_are_three_stories() -> None:
    oskar = _results("Oskar", "second", "9", "288.6", "4", "1,940", "15.1", "14.8", "275.0")
    both = copy(
        "Orland makers beat forecasts as prices rise",
        "Talvik Ltd and Oskar Ltd, the makers of Orland, both beat forecasts on Thursday as prices rose.",
        *TALVIK.paragraphs,
        *oskar.paragraphs,
        *Writer(5).paragraphs(4),
    )
    desk = Desk()
    for minutes, text in ((0, TALVIK), (20, oskar), (120, both)):
        desk.take(text, minutes)
    assert len(desk.stories()) == 3


def test_a_company_s_other_quarter_is_another_story() -> None:
    assert not one_story([TALVIK, _results("Talvik", "first", "8", "281.4", "5", "2,043", "13.6", "12.9", "277.5")])


def _talk(company: str, speaker: str, at: str = "10:40") -> Copy:
    return copy(
        f"{company} to present at the 14th Brevik Industrials Conference",
        f"{company} Corp. said that its finance chief, {speaker}, will present at the 14th Brevik Industrials "
        f"Conference in Vessen on Tuesday, May 13, at {at} local time.",
        "The talk can be heard in the investor relations section of the company's website, and for 90 days after it.",
    )


def _dividend(fund: str, cents: int = 12) -> Copy:
    return copy(
        f"{fund} declares quarterly dividend",
        f"The board of {fund} said on Thursday it had declared a regular quarterly dividend of {cents} cents a share, "
        "payable on August 1 to holders of record on July 15.",
        "The dividend is unchanged from the quarter before. It is the 40th in a row.",
    )


@pytest.mark.parametrize(
    "notices",
    [
        (_talk("Talvik", "Ole Hast"), _talk("Oskar", "Maren Brink")),
        (_talk("Talvik", "Ole Hast"), _talk("Oskar", "Maren Brink", at="11:20")),
        (_dividend("Talvik Growth Fund"), _dividend("Talvik Income Fund")),
        (_dividend("Talvik Growth Fund"), _dividend("Talvik Income Fund", cents=15)),
        (_dividend("Talvik"), _dividend("Oskar")),
    ],
    ids=["a talk", "a talk at another time", "funds of one house", "with another dividend", "of two houses"],
)
def test_notices_that_differ_in_whom_they_are_about_are_two(notices: tuple[Copy, Copy]) -> None:
    assert not one_story(notices)


def test_the_two_halves_of_a_joint_statement_are_two_stories() -> None:
    ends = "The joint company would have four plants and some nine thousand staff in six countries, the statement said."
    buyer = copy(
        "Talvik to buy Oskar for 4.1 bln crowns",
        "Talvik agreed on Thursday to take over Oskar in a deal worth 4,120 million crowns, both said in a statement.",
        "The price of 88 crowns a share is 31 percent above Wednesday's close. Talvik expects savings of 210 million.",
        ends,
    )
    bought = copy(
        "Oskar holders to get 88 crowns a share",
        "Oskar holders will get 88 crowns a share in a deal worth 4,120 million crowns, both said in a statement.",
        "Its chairman called the price, 31 percent above Wednesday's close, a fair one. He leaves when it is done.",
        ends,
    )
    assert not one_story([buyer, bought])


@pytest.mark.parametrize("also", [0, 3], ids=["the teaser is nearer", "the report is nearer"])
@pytest.mark.parametrize(("headline", "rule"), [("Ferry aground off Tarn", "cut"), ("Prices up", "round-up")])
def test_a_teaser_and_a_report_that_became_two_stories_make_no_round_up(headline: str, rule: str, also: int) -> None:
    """Whichever of the two the text is nearer to: what tells is whether their headlines speak of one thing."""
    teaser = copy("Ferry Aldous aground off Cape Tarn", Writer(1).sentence(30))
    below = Writer(2).paragraphs(4)
    report = copy(headline, *below, *Writer(3).paragraphs(3 - also))
    whole = copy(teaser.headline, *teaser.paragraphs, *below)
    candidates = [
        Candidate(version_id=each.version_id, story_id=each.version_id, at=NOON, profile=profile(each), anchor=True)
        for each in (teaser, report)
    ]
    assert decide(Item(profile=profile(whole), at=NOON), candidates, alike, POLICY).evidence.rule == rule


def test_a_short_item_is_not_swallowed_by_a_round_up_that_came_before() -> None:
    desk, items = Desk(), [copy(Writer(n).headline(), Writer(n).sentence(22)) for n in range(8)]
    desk.take(copy("News in brief at noon", *(item.body for item in items)))
    for item in items:
        desk.take(item, 30)
    assert len(desk.stories()) == 9


def test_texts_pasted_together_make_no_story_of_more_than_two() -> None:
    drawn, desk = random.Random(1), Desk()
    sources = [Writer(n).story(5) for n in range(20)]
    pasted = [
        copy(Writer(900 + n).headline(), *(p for text in drawn.sample(sources, 2 + n % 3) for p in text.paragraphs))
        for n in range(120)
    ]
    for n, text in enumerate(drawn.sample([*sources, *pasted], 140)):
        desk.take(text, n)
    assert max(len(versions) for versions in desk.stories().values()) <= 2


def test_a_chain_of_edits_does_not_carry_a_story_to_a_text_that_shares_nothing_with_its_founder() -> None:
    writer, desk = Writer(5), Desk()
    chain = [writer.story(10)]
    for _ in range(30):
        before = chain[-1]
        chain.append(copy(before.headline, *(writer.edit(each, 0.08) for each in before.paragraphs)))
    near, far = (overlap(profile(chain[0]), profile(chain[n])).containment for n in (1, -1))
    assert near > 0.65
    assert far < 0.02
    stories = [desk.take(text, 5 * n) for n, text in enumerate(chain)]
    assert stories[0] == stories[1] != stories[-1]


def test_empty_and_tiny_texts_match_nothing() -> None:
    desk = Desk()
    texts = [copy(""), copy(""), copy("Kill"), copy("Kill"), copy("", "No text."), copy("", "See above, please.")]
    assert len({desk.take(text) for text in texts}) == len(texts)


def test_languages_are_different_stories_and_scripts_without_spaces_work() -> None:
    tokyo = "東京の港は濃霧のため火曜日の正午に閉鎖され、二百十四人の乗客が船内で待機していると港湾当局が発表した。"
    assert one_story([copy("東京港が閉鎖", tokyo, language="ja"), copy("東京の港、濃霧で閉鎖", tokyo, language="ja")])
    other = "大阪の市場では米の価格が三日続けて上昇し、農家は来週の出荷を増やす方針を決めたと組合が説明した。"
    assert not one_story([copy("東京港が閉鎖", tokyo, language="ja"), copy("米価が上昇", other, language="ja")])
    assert not one_story([FERRY, dataclasses.replace(FERRY, version_id="v-de", language="de")])


# --- links ------------------------------------------------------------------------------------------------------


def test_an_entry_edited_in_place_joins_by_its_link_though_much_has_changed() -> None:
    before, writer, desk = Writer(1).story(6), Writer(2), Desk()
    after = copy(writer.headline(), *before.paragraphs[:2], *writer.paragraphs(6))
    story = desk.take(before)
    assert desk.take(after, 5 * DAY, linked_to=before) == story
    assert desk.rule(after) == "guid"


@pytest.mark.parametrize("linked", [True, False])
def test_a_link_outranks_the_likeness_to_a_round_up(linked: bool) -> None:
    desk, items = Desk(), [Writer(n).story(4) for n in range(3)]
    for item in items:
        desk.take(item)
    page = copy("The day in Velm", *items[0].paragraphs[:1], *Writer(9).paragraphs(4))
    story = desk.take(page)
    grown = copy(page.headline, *page.paragraphs, *items[1].paragraphs, *items[2].paragraphs)
    assert (desk.take(grown, 20, linked_to=page if linked else None) == story) is linked
    assert desk.rule(grown) == ("guid" if linked else "round-up")


def test_a_guid_used_again_for_other_copy_joins_nothing() -> None:
    before, desk = Writer(1).story(6), Desk()
    story = desk.take(before)
    assert desk.take(Writer(2).story(6), linked_to=before) != story


# --- properties -------------------------------------------------------------------------------------------------


def candidates_of(texts: list[Copy]) -> list[Candidate]:
    return [
        Candidate(version_id=f"v{n}", story_id=f"s{n % 3}", at=NOON, profile=profile(text), anchor=n < 3)
        for n, text in enumerate(texts)
    ]


@settings(max_examples=30, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(0, 10**6))
def test_the_order_of_candidates_changes_nothing(shuffler: random.Random, seed: int) -> None:
    writer = Writer(seed)
    text = writer.story(6)
    known = candidates_of([copy(text.headline, *(writer.edit(p, n / 30) for p in text.paragraphs)) for n in range(6)])
    item = Item(profile=profile(text), at=NOON)
    first = decide(item, known, alike, POLICY)
    shuffler.shuffle(known)
    assert decide(item, known, alike, POLICY) == first


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=200), st.text(max_size=200))
def test_comparing_is_symmetric_and_stays_in_bounds(one: str, other: str) -> None:
    a, b = (Item(profile=profile(copy(text[:20], text)), at=NOON) for text in (one, other))
    there, back = compare(a, b, alike, POLICY), compare(b, a, alike, POLICY)
    assert (there.rule, there.scores) == (back.rule, back.scores)
    assert all(0 <= there.scores[name] <= 1.0001 for name in ("containment", "jaccard") if name in there.scores)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 12))
def test_identical_texts_share_everything(seed: int, paragraphs: int) -> None:
    text = profile(Writer(seed).story(paragraphs))
    figures = overlap(text, text)
    assert (figures.containment, figures.jaccard, figures.order, figures.top) == (1, 1, 1, 1)


def test_the_best_match_is_joined_and_the_nearest_miss_is_told() -> None:
    writer = Writer(4)
    text = writer.story(8)
    near, nearer, far = (
        copy(text.headline, *(writer.edit(p, share) for p in text.paragraphs)) for share in (0.1, 0.02, 0.9)
    )
    item = Item(profile=profile(text), at=NOON)
    joined = decide(item, candidates_of([near, nearer, far]), alike, POLICY)
    assert isinstance(joined, Joins)
    assert (joined.story_id, joined.evidence.against) == ("s1", "v1")
    assert {"containment", "numbers", "apart"} <= joined.evidence.scores.keys()
    assert joined.evidence.thresholds["contained"] == POLICY.contained
    founds = decide(item, candidates_of([far]), alike, POLICY)
    assert isinstance(founds, Founds)
    assert (founds.evidence.rule, founds.evidence.against) == ("no match", "v0")
    nobody = decide(item, [], alike, POLICY)
    assert (nobody.evidence.rule, nobody.evidence.against) == ("no candidate", None)


def test_evidence_names_the_figures_and_names_that_differ() -> None:
    a, b = copy("", "Talks in Velm cost 12.5 million."), copy("", "Talks in Orland cost 13.5 million at first.")
    evidence = compare(Item(profile=profile(a), at=NOON), Item(profile=profile(b), at=NOON), alike, POLICY)
    assert evidence.notes == (
        "figures only in the shorter text: 12.5",
        "names only in the shorter text: velm",
        "figures only in the longer text: 13.5",
        "names only in the longer text: orland",
    )


def test_time_apart_is_told_in_seconds() -> None:
    text = profile(Writer(4).story())
    later = NOON + timedelta(hours=2)
    evidence = compare(Item(profile=text, at=NOON), Item(profile=text, at=later), alike, POLICY)
    assert (evidence.rule, evidence.scores["apart"], evidence.against) == ("cut", 7200, None)
