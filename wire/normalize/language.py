"""Which language a text is in: what is declared, unless the script denies it; else the text itself.

Law: a tag of two or three letters, or None where the text is too short to tell. No clock, no network; the model that
backs the vote is read from the installed package, once, and only when it is asked.
"""

import re
from collections import Counter
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

from wire.normalize.text import word_set

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_ENOUGH = 20
"""Words that the model needs to tell languages of one script; figures are none."""
_SAMPLE = 400
"""Characters that are looked at; the model costs 0.6 µs for each."""
_MORE = 1_000
"""Characters in which little words are counted where the sample holds too few."""
_SURE = 0.5
"""Share of the model's belief that one language must have."""

_SCRIPTS = (
    ("Hang", re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")),
    ("Kana", re.compile("[\u3040-\u30ff]")),
    ("Hani", re.compile("[\u3400-\u9fff\uf900-\ufaff]")),
    ("Cyrl", re.compile("[\u0400-\u052f]")),
    ("Arab", re.compile("[\u0600-\u06ff\u0750-\u077f]")),
    ("Hebr", re.compile("[\u0590-\u05ff]")),
    ("Grek", re.compile("[\u0370-\u03ff]")),
    ("Thai", re.compile("[\u0e00-\u0e7f]")),
    ("Deva", re.compile("[\u0900-\u097f]")),
    ("Beng", re.compile("[\u0980-\u09ff]")),
    ("Taml", re.compile("[\u0b80-\u0bff]")),
    ("Telu", re.compile("[\u0c00-\u0c7f]")),
    ("Geor", re.compile("[\u10a0-\u10ff]")),
    ("Armn", re.compile("[\u0530-\u058f]")),
    ("Ethi", re.compile("[\u1200-\u137f]")),
    ("Khmr", re.compile("[\u1780-\u17ff]")),
)
_LETTER = re.compile(r"[^\W\d_]")
_OTHER = re.compile("[" + "".join(signs.pattern.strip("[]") for _, signs in _SCRIPTS) + "]")
# Languages that are written in one script and no other; the first is what a short text in that script is taken for.
_WRITTEN = {
    "Hang": ("ko",),
    "Kana": ("ja",),
    "Hani": ("zh", "ja", "ko", "yue"),
    "Cyrl": ("", "ru", "uk", "be", "bg", "mk", "sr", "kk", "ky", "mn", "tg", "tt", "uz", "az", "bs", "sh"),
    "Arab": ("", "ar", "fa", "ur", "ps", "ku", "ckb", "ug", "sd", "az", "pa"),
    "Hebr": ("he", "yi", "iw"),
    "Grek": ("el",),
    "Thai": ("th",),
    "Deva": ("", "hi", "mr", "ne", "sa"),
    "Beng": ("", "bn", "as"),
    "Taml": ("ta",),
    "Telu": ("te",),
    "Geor": ("ka",),
    "Armn": ("hy",),
    "Ethi": ("", "am", "ti"),
    "Khmr": ("km",),
}
_BOTH = word_set("sr uz kk az ku bs sh mn tt")
"""Also written in Latin letters."""
_NOT_LATIN = frozenset(code for codes in _WRITTEN.values() for code in codes) - _BOTH - {""}

# The commonest little words, but for those that close neighbours share in the same sense; for English also those of
# company results, which are figures and little else.
_LITTLE = {
    "en": "the of and to in that for is was with said as by it from at has which its he would will year company "
    "a are be been but have his more not or than their they this were who you your after before when while "
    "billion dividend earnings includes interest loss pay prior sales share tax turnover cts qtr revs shr",
    "de": "der die das und den von zu mit sich des auf für ist im dem nicht ein eine als auch",
    "fr": "le la les des et en du une que est pour dans qui par au sur pas plus avec ce",
    "es": "el la los las de que y en un una del se por con para su al lo como más",
    "it": "il la di che e un una per con del della nel sono non alla dei più ha gli dalla",
    "pt": "o a os as de que e do da em um uma para com não por no na dos ao",
    "nl": "de het een van en in op te dat is voor met zijn aan niet door ook naar bij uit",
    "sv": "och att det som en på är av för med den till inte har de ett om från var vid",
    "da": "og at det som en på er af for med den til ikke har de et om fra var ved",
    "no": "og at det som en på er av for med den til ikke har de et om fra var ved",
    "pl": "w i na z się do że nie jest to o jak po za od przez dla oraz ale jego",
    "id": "yang dan di dengan untuk dari pada ini dalam itu tidak akan ke oleh juga telah sebagai bisa para tersebut",
    "tr": "ve bir bu için ile de da olarak çok daha gibi olan en kadar sonra ancak dedi ise değil var",
}
_VOTES: dict[str, tuple[str, ...]] = {}
for _language, _words in _LITTLE.items():
    for _word in _words.split():
        _VOTES[_word] = (*_VOTES.get(_word, ()), _language)
# Languages of newswires; the model knows more, and takes telegraphic English for one of them.
_NEWS = word_set(
    "am ar az be bg bn bs ca cs cy da de el en eo es et eu fa fi fr ga gl gu he hi hr hu hy id is it ja ka kk km kn ko "
    "lt lv mk ml mn mr ms mt nb ne nl no pa pl ps pt ro ru si sk sl sq sr sv sw ta te th tl tr uk ur uz vi zh"
)


def language_of(text: str, declared: str | None) -> str | None:
    """Primary subtag of the text's language: as declared, unless the text is in a script that it isn't written in."""
    tag = _primary(declared)
    sample = text[:_SAMPLE]
    script = None if sample.isascii() else _script(sample)
    if tag and _fits(tag, script, sample):
        return tag
    if script and _WRITTEN[script][0]:
        return _WRITTEN[script][0]
    voted = None if script else _vote(sample) or _vote(text[:_MORE])
    return voted or _ask_model(sample)


def _primary(tag: str | None) -> str | None:
    primary = (tag or "").strip().replace("_", "-").partition("-")[0].lower()
    return primary if 2 <= len(primary) <= 3 and primary.isascii() and primary.isalpha() and primary != "und" else None


def _script(sample: str) -> str | None:
    """The script, other than Latin, of more than half of the letters; kana outweigh the Chinese signs around them."""
    if not _OTHER.search(sample):
        return None
    letters = len(_LETTER.findall(sample))
    counts = {name: len(found) for name, signs in _SCRIPTS if (found := signs.findall(sample))}
    if counts.get("Kana", 0) * 5 > counts.get("Hani", 0):
        counts["Kana"] = counts.get("Kana", 0) + counts.pop("Hani", 0)
    best = max(counts, key=lambda name: counts[name], default=None)
    return best if best and 2 * counts[best] > letters else None


def _fits(tag: str, script: str | None, sample: str) -> bool:
    if script:
        return tag in _WRITTEN[script]
    return tag not in _NOT_LATIN or not _LETTER.search(sample)


def _vote(sample: str) -> str | None:
    """A language that has clearly more of its little words in the text than any other; None: no clear winner.

    A tenth of the words must be the winner's; figures and what has punctuation on it don't count.
    """
    words = sample.lower().split()
    votes = Counter(chain.from_iterable(filter(None, map(_VOTES.get, words)))).most_common()
    if not votes or votes[0][1] < 3 or (len(votes) > 1 and votes[0][1] < 2 * votes[1][1]):
        return None
    language, count = votes[0]
    enough = 10 * count >= len(words) or 10 * count >= sum(map(str.isalpha, words))
    return language if enough else None


def _ask_model(sample: str) -> str | None:
    if sum(not word[0].isdigit() for word in sample.split()) < _ENOUGH:
        return None
    language, belief = _model().classify(sample)
    if belief < _SURE:
        return None
    return "no" if language == "nb" else str(language)


@cache
def _model() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - half a second that few texts need

    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model.set_languages(_NEWS.intersection(model.labels))
    return model
