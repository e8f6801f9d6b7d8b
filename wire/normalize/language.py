"""Which language a text is in: what is declared, unless the script denies it; else the text itself.

Law: a tag of two or three letters, or None where the text is too short to tell. No clock, no network; the model that
backs the vote is read from the installed package, once.
"""

import re
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from wire.normalize.text import word_set

_ENOUGH = 20
"""Words that the model needs to tell languages of one script."""
_SAMPLE = 400
"""Characters that are looked at; the model costs 0.6 µs for each."""
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

# The commonest little words, but for those that close neighbours share in the same sense.
_LITTLE = {
    "en": "the of and to in that for is was with said on as by it from at has which its he would will year company",
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
    words = sample.lower().split()
    voted = None if script else _vote(words)
    return voted or (_ask_model(sample) if len(words) >= _ENOUGH else None)


def _primary(tag: str | None) -> str | None:
    primary = (tag or "").strip().replace("_", "-").partition("-")[0].lower()
    return primary if 2 <= len(primary) <= 3 and primary.isascii() and primary.isalpha() and primary != "und" else None


def _script(sample: str) -> str | None:
    """The script, other than Latin, of more than half of the letters; kana outweigh the Chinese signs around them."""
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


def _vote(words: list[str]) -> str | None:
    """A language that has clearly more of its little words in the text than any other; None: no clear winner."""
    votes: dict[str, int] = {}
    for word in words:
        for language in _VOTES.get(word, ()):
            votes[language] = votes.get(language, 0) + 1
    ranked = sorted(votes, key=lambda language: -votes[language])
    if not ranked or votes[ranked[0]] < max(3, sum(map(str.isalpha, words)) / 10):
        return None
    clear = len(ranked) == 1 or votes[ranked[0]] >= 2 * votes[ranked[1]]
    return ranked[0] if clear else None


def _ask_model(sample: str) -> str | None:
    language, belief = _model().classify(sample)
    if belief < _SURE:
        return None
    return "no" if language == "nb" else str(language)


@cache
def _model() -> LanguageIdentifier:
    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model.set_languages(_NEWS.intersection(model.labels))
    return model
