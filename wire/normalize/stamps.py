"""Dates and times of day as pages print them: `Updated 5:32 PM ET, Tue June 5, 2018`, `12.03.2020, 14:30 Uhr`.

Law: a stamp is no part of a sentence. Prose names a day and an hour, too, but leads up to them with a word.
"""

import re
from collections.abc import Iterator
from functools import cache

from wire.normalize.text import word_set

_MONTH_NAMES = (
    "January February March April May June July August September October November December "
    "Januar Jänner Februar März Mai Juni Juli Oktober Dezember "
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre "
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre "
    "gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre "
    "janeiro fevereiro março maio junho julho setembro outubro novembro dezembro januari februari maart mei augustus"
).casefold()
_WEEKDAY_NAMES = (
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday Montag Dienstag Mittwoch Donnerstag Freitag "
    "Samstag Sonnabend Sonntag "
    "lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves viernes sábado domingo "
    "lunedì martedì mercoledì giovedì venerdì sabato domenica segunda-feira terça-feira quarta-feira "
    "quinta-feira sexta-feira "
    "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag"
).casefold()
WEEKDAYS = word_set(_WEEKDAY_NAMES)
_MONTHS = word_set(_MONTH_NAMES) | {name[:length] for name in _MONTH_NAMES.split() for length in (3, 4)}
_DAYS = WEEKDAYS | {name[:length] for name in WEEKDAYS for length in (3, 4)} | word_set("mo di mi do fr sa so feira")
_WORDS = (
    _MONTHS
    | _DAYS
    | word_set(
        "am pm a m at on in uhr h est edt cst cdt mst mdt pst pdt et ct mt pt gmt bst ist cet cest utc jst "
        "aest time uk local ago "
        "updated update published posted last modified first created revised filed issued date hours hour "
        "minutes minute mins min read days day "
        "stand aktualisiert veröffentlicht erstellt zuletzt um vom geändert vor minuten stunden lesezeit "
        "publié mis à jour le modifié créé lecture heures il y de du "
        "publicado actualizado actualización última el las hace lectura minutos horas "
        "pubblicato aggiornato alle ore di lettura minuti ultimo aggiornamento "
        "gepubliceerd bijgewerkt gewijzigd op om leestijd atualizado em às há leitura do da опубликовано "
        "обновлено в 公開 更新 発表 年 月 日 時 分 "
    )
)
_LABELS = (
    r"(?:(?:last |first )?(?:updated?|published|posted|modified|created|revised|filed|issued)|"
    r"(?:zuletzt )?aktualisiert|veröffentlicht|erstellt|stand|publié|mis à jour|modifié|"
    r"publicado|actualizad[oa]|última actualización|pubblicato|aggiornato|ultimo aggiornamento|"
    r"gepubliceerd|bijgewerkt|gewijzigd|atualizado|опубликовано|обновлено)"
)
_OPENS = re.compile(rf"(?i)\W*(?:{_LABELS}\b|公開|更新|\d|(?:lesezeit|lecture|il y a|hace|vor|há)\b.{{0,3}}\d)")
_TELLS = re.compile(
    rf"(?i)\b(?:{_LABELS}|ago|read|lesezeit|lecture|lettura|leitura|leestijd|vor|hace|há|il y a)\b|公開|更新|"
    r"\d[:.]\d\d|(?<!\d)(?:19|20)\d\d(?!\d)"
)
_PART = re.compile(r"[^\W\d_]+|\d+")
_LINE = 100
_PARTS = 14
_NUMBERS = 8

_MONTH = rf"(?:{'|'.join(sorted(_MONTHS, key=lambda name: (-len(name), name)))})\.?"
_WEEKDAY = rf"(?:{'|'.join(sorted(_DAYS, key=lambda name: (-len(name), name)))})\b\.?,? ?"
_DATE = (
    rf"(?:{_WEEKDAY})?(?:{_MONTH} \d{{1,2}},? \d{{4}}|\d{{1,2}}\.? (?:de )?{_MONTH},? (?:de )?\d{{4}}|"
    r"\d{4}[-/.]\d\d[-/.]\d\d|\d{1,2}[./]\d{1,2}[./]\d{4})"
)
_HALF = r"[ap]\.? ?m\b\.?"
_ZONE = r"(?:uhr|h|[a-z]{1,3}t|utc|uk time|local time)\b"
_CLOCK = (
    rf"(?:\d{{1,2}}:\d\d(?::\d\d)?(?: ?{_HALF})?(?: ?{_ZONE})?|"
    rf"\d{{1,2}}\.\d\d(?: ?{_HALF}(?: ?{_ZONE})?| ?{_ZONE}))(?!\w)"
)
_STAMP = (
    rf"(?i)(?<!\w)(?:{_DATE}(?:\W{{1,4}}|,? (?:at|um|à|a las|alle|om|às|(?:last )?updated(?: at)?) ){_CLOCK}|"
    rf"{_CLOCK}\W{{1,3}}{_DATE}|(?:^|(?<=\| )){_DATE} ?\|)(?:\W{{0,3}}help\b)?\W*"
)
"""Compiled when it is first looked for: that is rare, and takes longer than all other patterns here."""
_SAID = word_set("am pm a. p. uh h")
_CLOCKED = re.compile(r"\d:\d\d|\d\.\d\d ?[A-Za-z]|\|")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_NEAR = 45
"""Characters from a year to the other end of its stamp."""
_LABELLED = re.compile(rf"(?i){_LABELS}(?: (?:at|on|am|um|le|el|il|op|em))?\W*$")
_LEADS_UP = re.compile(
    r"(?i)\b(?:on|at|of|by|from|since|until|till|before|after|the|dated|am|vom|seit|bis|dem|den|der|le|du|depuis|jusqu['’]au|el|del|desde|"
    r"hasta|il|dal|fino al|op|van|em|de|no)\W*$|[,:;]\s*$"
)


def is_stamp(line: str) -> bool:
    """Whether a line tells when a page was made, or how long it takes to read, and nothing else."""
    if len(line) > _LINE or not (_OPENS.match(line) or line[:4].strip(" ,.|").casefold() in _WORDS or _weekday(line)):
        return False
    parts = _PART.findall(line.casefold())
    numbers = sum(part[0].isdigit() for part in parts)
    if not 1 <= numbers <= _NUMBERS or len(parts) > _PARTS or "%" in line or not _TELLS.search(line):
        return False
    return numbers < len(parts) and all(part[0].isdigit() or part in _WORDS for part in parts)


def maybe_stamped(text: str) -> bool:
    """Whether there is a year and an hour: without them there is no stamp; quicker than to look for one."""
    return ("20" in text or "19" in text) and ("|" in text or _tells_hour(text, ":") or _tells_hour(text, "."))


def _tells_hour(text: str, sign: str) -> bool:
    """Whether the sign parts hours and minutes; behind a full stop that is said, too: `12.48 BST`, `2.05pm`."""
    at = text.find(sign, 1)
    while at > 0:
        if text[at - 1].isdigit() and text[at + 1 : at + 3].isdigit():
            said = text[at + 3 : at + 6].strip()[:2]
            if sign == ":" or said.isupper() or said.lower() in _SAID:
                return True
        at = text.find(sign, at + 1)
    return False


def stamps(text: str, reach: int) -> Iterator[tuple[int, int]]:
    """Where stamps with date and hour in the first `reach` characters begin and end, but those inside a sentence."""
    done = 0
    for year in _YEAR.finditer(text, 0, reach):
        near, after = max(done, year.start() - _NEAR), year.end() + _NEAR
        if not _CLOCKED.search(text, near, after) or not (stamp := _stamp().search(text, near, after)):
            continue
        done = stamp.end()
        before = text[: stamp.start()]
        if not text[done : done + 1].islower() and (_LABELLED.search(before) or not _LEADS_UP.search(before)):
            yield stamp.span()


@cache
def _stamp() -> re.Pattern[str]:
    return re.compile(_STAMP)


def _weekday(line: str) -> bool:
    return line.partition(" ")[0].strip(",.").casefold() in _DAYS | _MONTHS
