"""Conventions that are no agency's own: headline tags, photo captions, tails of web pages and press releases.

Law: data in the shape of an agency profile, general enough to name no publisher. What matches may be real copy once in
a while, so it is cut only at the head or the tail of a text, and never more than half of it.
"""

import re

from wire.model import Signal
from wire.normalize.text import either
from wire.policy import AgencyProfile, Orders, Tags

_MORE = either("""
    (?:continue|keep) reading
    (?:click|tap) here
    (?:also )?read (?:also|more|next|the (?:full|whole|original|rest))
    (?:also read|see also|learn more|more on this|related:)
    (?:weiterlesen|lesen sie (?:auch|mehr|hier)|mehr (?:dazu|lesen|zum thema))
    (?:lire (?:aussi|la suite)|à lire aussi|en savoir plus)
    (?:leer (?:más|también)|le[ae] también)
    (?:leggi (?:anche|tutto)|lees (?:meer|ook|verder)|leia (?:mais|também))
""")
_SUBSCRIBE = either("""
    (?:sign ?up|subscribe|register)
    get (?:the|our|all|more|your)
    download (?:the|our)
    join (?:our|us)
    follow (?:us|our|@)
""")
_CHANNEL = either("""
    (?:newsletters?|inbox|e-?mails?|alerts?|digest|podcasts?|channel|subscribers?|subscription)
    (?:whatsapp|telegram|facebook|twitter|instagram|bluesky|mastodon|linkedin|youtube|on x)
    (?:our|the) app
""")
_GIVE = either("""
    (?:support|donate|help us|become a|your)
    please (?:consider|support|donate)
    if you (?:value|like|enjoy|appreciate|can)
""")
_GIFT = either("""
    donat(?:e|ing|ions?)
    our (?:independent )?(?:journalism|reporting|work|newsroom|mission)
    your (?:support|gift)
    (?:tax-deductible|reader-supported|membership)
    contributions? (?:helps?|makes?|keeps?)
""")
_CHANGED = either("""
    (?:adds?|updates?|updating|recasts?|recasting|rewrites?|releads?|new throughout|writes through)
    (?:corrects?|correcting|corrected|removes?|clarif(?:ies|ying)|fixes|edits)
    (?:refiles?|refiling|repeats?|repeating)
    in (?:this|\\w+\\.? \\d+|\\w+) (?:story|item|headline|report),?
    (?:berichtigung|berichtigt|korrigiert|aktualisiert|aktualisierung|ergänzt|wiederholung)
    (?:actualise|ajoute|rectifie|corrige|actualiza|añade|amplía|aggiorna|aggiunge)
""")
_FIRST_ON = either("""
    (?:the post|the article|this post) .{1,300} (?:appeared first|first appeared) (?:on|in|at)
    der beitrag .{1,300} erschien zuerst (?:auf|bei)
    l['’]article .{1,300} est apparu en premier sur
    (?:la entrada|el cargo) .{1,300} (?:se publicó primero|apareció primero) en
    l['’]articolo .{1,300} (?:proviene da|sembra essere il primo su)
    o post .{1,300} apareceu primeiro em
    het bericht .{1,300} verscheen eerst op
""")
_ORIGIN = either("""
    (?:originally|first) (?:published|appeared)
    (?:auto-?generated|not been edited|syndicated|republished)
    published (?:under|with permission|from a syndicated feed)
""")
_LABEL = either("""
    (?:advertisement|anzeige|publicité|publicidad|sponsored|comments)
    share this(?: article| story)?
    (?:tags?|filed under|topics):.{1,200}
""")
_RELATED = either("""
    related (?:stories|articles|coverage|content|links|news|topics)
    (?:read (?:next|more)|most (?:read|popular)|you may also like)
    (?:more from .{2,40}|recommended(?: for you| stories)?)
    (?:mehr zum thema|sur le même sujet|notas relacionadas)
""")
_HEADLINED = either("""
    (?:headlined|headline|titled|entitled|überschrift|titel|mit dem titel)
    (?:intitulée?|titrée?|titre|titulad[oa]|título|titolo|dal titolo)
""")
_THAT = r"(?:the |this |our )?(?:\w+ )?(?:story|item|report|release|dispatch|alert|headline)"
_DESK = either("""
    (?:news|web|city|foreign|world|sports?|business|digital|monitoring|national|international|editorial) desk
    (?:newsdesk|newsroom|bureau)
    staff (?:reporter|writer|report|correspondent)s?
    (?:our|special) correspondents?
""")

CAPTION = re.compile(
    r"(?:FILE PHOTO|FILE PICTURE|FILE IMAGE|FILE - )|"
    r"\(?(?i:(?:photo|foto|image|picture|bild|photograph|imagen|immagine)(?: credit| courtesy)?(?: by\b|:| ©))"
)
"""Opens a photo caption."""
CREDIT_RUNS_ON = re.compile(
    r"\(?(?i:photo(?:graph)?|foto|image|picture|bild)s?:? (?i:by )?"
    r"(?:[^\W\d_a-z][\w'’.-]* ){1,4}?(?:[^\W\d_a-z][\w'’.-]*)?"
    r"/(?:Getty Images|Associated Press|Bloomberg News|[^\W\d_a-z][\w'’-]*)\)? (?=[\"“„«]?[^\W\d_a-z](?:\S* ){12})"
)
"""A photo credit with an agency behind a stroke, with the text running on in one paragraph."""
DESK = re.compile(rf"(?i)\W*(?:by )?(?:(?:our|the|a) )?(?:[\w'’.]+ ){{0,2}}{_DESK}\W*")
"""A desk that signs in place of a person."""

LEGAL = re.compile(
    r"(?i)(?:(?:cautionary .{0,40})?forward[- ]looking (?:statement|information)|safe harbou?r (?:statement|disclos))"
)
"""Heading of the block in which lawyers speak."""

_TAGS = Tags(
    kill=(
        "KILL KILL KILL",
        "KILL:",
        "KILL-",
        "MANDATORY KILL",
        "WITHDRAWN:",
        "WITHDRAWN-",
        "RETRACTED:",
        "RETRACTION:",
    ),
    withhold=("HOLD HOLD HOLD", "WITHHOLD:", "WITHHOLD-", "WITHHELD:", "HOLD FOR RELEASE:"),
    embargo=(
        "EMBARGO:",
        "EMBARGO-",
        "EMBARGOED:",
        "EMBARGOED-",
        "Embargoed:",
        "(EMBARGOED)",
        "Sperrfrist:",
        "SPERRFRIST:",
    ),
    correction=(
        *("CORRECTION:", "Correction:", "CORRECTION-", "CORRECTED:", "Corrected:", "CORRECTED-", "[CORRECTED]"),
        *("(CORRECTED)", "(Corrected)", "…(CORRECTED)", "…(Corrected)", "CLARIFICATION:", "Clarification:"),
        *("Berichtigung:", "BERICHTIGUNG:", "Korrektur:", "KORREKTUR:", "CORRECTIF:", "RECTIFICATIF:", "Rectificatif:"),
        *("Corrección:", "CORRECCIÓN:", "Correzione:", "CORREZIONE:", "Correctie:", "CORRECTIE:", "Correção:"),
    ),
    update=(
        *("UPDATE:", "Update:", "UPDATE-", "UPDATED:", "Updated:", "UPDATE #:", "UPDATE #-", "Update #:"),
        *("(UPDATE)", "(Update)", "(UPDATED)", "(Updated)", "(UPDATE #)", "(Update #)", "[UPDATE]", "[UPDATED]"),
        *("…(UPDATE)", "…(Update)", "…(UPDATED)", "…(Updated)", "…(UPDATE #)", "…(Update #)", "…[UPDATE]"),
        *("Actualización:", "ACTUALIZACIÓN:", "Actualisation:", "Aktualisiert:", "Aggiornamento:"),
    ),
    refile=("REFILE:", "REFILE-", "Refile:"),
    repeat=("REPEAT:", "REPEAT-", "Repeat:", "WIEDERHOLUNG:", "Wiederholung:"),
    flash=("FLASH:", "FLASH-", "ALERT:", "ALERT-"),
    urgent=(
        *("URGENT:", "URGENT-", "(URGENT)", "[URGENT]", "EIL:", "EILMELDUNG:", "Eilmeldung:", "URGENTE:", "Urgente:"),
        *(
            "BREAKING:",
            "BREAKING-",
            "BREAKING NEWS:",
            "BREAKING NEWS-",
            "Breaking:",
            "Breaking News:",
            "Breaking news:",
        ),
    ),
    advisory=("ADVISORY:", "ADVISORY-", "Advisory:"),
)

COMMON = AgencyProfile(
    key="",
    name="",
    tags=_TAGS,
    notes=(
        rf"(?i)\({_CHANGED}\b[^()]*(?:\([^()]*\)[^()]*)*\)",
        r"(?i)(?:attention|note to|notes? for) editors?\b.{0,300}",
        r"(?i)editor['’]?s['’]? note:.{0,400}",
    ),
    revisions=(r"urn:newsml:(?P<key>[\w.-]+:\d{8}(?:T\d{4,6}(?:Z|[+-]\d{2,4})?)?:[^:\s]{1,200})(?::\d{1,9}[NUA]?)?",),
    orders=Orders(
        kill=(
            rf"(?i)\W*(?:editors?\W+)?(?:please )?kill {_THAT}s? (?:slugged|headlined|titled|moved|sent|number|no\b)",
            rf"(?i)\W*(?:(?:note to |attention )?editors?\W+)?please (?:disregard|do not use|withdraw) {_THAT}\b",
            r"(?i)\W*bitte (?:die |diese )?(?:meldung|nachricht)\b.{0,80}\bnicht (?:zu )?verwenden\b",
            r"(?i)\W*(?:merci de|prière de|veuillez) (?:ne pas (?:utiliser|tenir compte)|annuler)\b",
            r"(?i)\W*(?:rogamos|se ruega) (?:anular|no (?:usar|utilizar|publicar))\b",
            r"(?i)\W*si prega di (?:annullare|non utilizzare)\b",
        ),
        withhold=(rf"(?i)\W*(?:editors?\W+)?please (?:hold|withhold) {_THAT}\b",),
        embargo=(
            r"(?i)\W*(?:embargad[oa] hasta|embargo fino|sotto embargo|onder embargo|embargo tot)\b",
            r"(?i)\W*(?:not to be (?:released|published) before|for release (?:at|on|after)) .{0,60}\d",
        ),
    ),
    named=(
        rf"(?i)\b{_HEADLINED}\b[\s:,–-]{{1,4}}[“\"„«»](?P<headline>[^“”\"„«»\n]{{8,300}})[”\"“«»]",
        r"(?i)\b(?:item|story|meldung|dépêche|despacho|notizia|number|no\.|nr\.|n°|num\.)\s*(?P<item>[a-z]{1,4}-?\d{3,8})\b",
        r"(?i)\b(?:item|story|meldung|dépêche|despacho|notizia) (?:number|no\.?|nr\.?|n°|num\.) ?(?P<item>\d{3,8})\b",
    ),
    captions=(
        *(
            "THIS IMAGE WAS PROVIDED",
            "THIS IMAGE HAS BEEN",
            "THIS PICTURE WAS PROVIDED",
            "THIS HANDOUT",
            "Getty Images",
        ),
        *("(Photo by", "(Photo:", "(Photo courtesy", "(Foto:", "(Image:", "(Picture:", "/Shutterstock", "/iStock"),
    ),
    sign_offs=(
        r"(?i)\(?(?:(?:additional |further )?reporting|writing|editing|compiled|edited) (?:and \w+ )?by\b.{2,500}",
        r"(?i)\(?(?:with (?:inputs?|material|files?) from|from (?:wire|agency) reports?|agencies)\b.{0,80}\)?",
        r"(?:#\s*){3,}|(?:\*\s*){3,}|[-_=–—]{3,}|-+\s*(?:ENDS?|30|o0o)\s*-+|\W*(?:ENDS?|ENDE|FINE?)\W*|\((?:ends?|ende|fine?)\)",
        rf"(?i){_FIRST_ON} .{{1,120}}",
        r"[a-z]{2,5}(?:[-/][a-z]{1,5}){1,6}",
    ),
    boilerplate=(
        rf"(?i)\W*{_MORE}\b.{{0,200}}",
        rf"(?i)\W*(?:to |please )?{_SUBSCRIBE}\b.{{0,300}}\b{_CHANNEL}\b.{{0,300}}",
        rf"(?i)\W*{_GIVE}\b.{{0,500}}\b{_GIFT}\b.{{0,500}}",
        r"(?i)(?:for|to|you can|please) .{2,160}\b(?:click|tap) here\b.{0,160}",
        r"(?i)\W*(?:©|\(c\)|copyright\b|all rights reserved\b|alle rechte vorbehalten\b).{0,250}",
        rf"(?i)(?:this|the) (?:story|article|report|content|piece|post) (?:was |is |has been )?{_ORIGIN}\b.{{0,300}}",
        rf"(?i){_LABEL}\W*",
        r"(?i)(?:(?:media|press|investor)\s)?contacts?:.{0,200}",
        r"(?i)view (?:source version|original content|the original)\b.{0,300}",
        r"(?i)(?:logo|photo|video|image|infographic|multimedia)\W{1,5}https?://\S+.{0,100}",
    ),
    ends=(
        r"(?i)(?:(?:media|press|investor|company) )?(?:and (?:media|press|investor) )?(?:contacts?|enquiries)\W*",
        rf"{LEGAL.pattern}.{{0,80}}",
        rf"(?i){_RELATED}\W*",
    ),
)
"""Shared manners, in the shape of a profile."""

BLOCK_ENDS = re.compile(r"(?i)(?:about|über|à propos de|acerca de)\b.{1,80}")
"""Heading that closes a block which one of `COMMON.ends` opened: what follows is text again."""

TRAILS = re.compile(
    r"\((?i:(?:additional )?(?:reporting|writing|editing)|compiled)\b[^()]{0,60}\bby\b[^()]{2,400}\)\W*$|"
    r"\[(?:…|\.\.\.)\]\s*$|→+\s*$|"
    rf"(?<=[.!?…\]”\"»)] )(?i:{_MORE})\b[^.!?]{{0,100}}$"
)
"""What hangs on at the end of the last paragraph."""

NOTICES: tuple[tuple[Signal, re.Pattern[str]], ...] = (
    (Signal.KILL, re.compile(r"\W*(?:(?:MANDATORY |BULLETIN |STORY )KILL\b|KILL(?:\W+KILL)+\b|STORY WITHDRAWN\b)")),
    (Signal.WITHHOLD, re.compile(r"\W*(?:HOLD(?:\W+HOLD)+|WITHHOLD|HOLD FOR RELEASE)\b")),
    (
        Signal.EMBARGO,
        re.compile(
            r"\W*(?:EMBARGO(?:ED)?\b|(?i:embargoed (?:until|till|to|for)\b|embargo (?:until|till|hasta)\b|sperrfrist\b|"
            r"(?:strictly )?under embargo\b|sous embargo\b|bajo embargo\b|"
            r"not for (?:release|publication|use) (?:before|until)\b))"
        ),
    ),
)
"""Orders that open a text. They stay in it: the time or the item that they name is read later."""

NOTE_SIGNALS: tuple[tuple[Signal, re.Pattern[str]], ...] = (
    (
        Signal.CORRECTION,
        re.compile(
            r"(?i)\b(?:we are advised|correct|berichtig|korrektur|korrigier|rectifi|corrig|clarif|fixes|removes)"
        ),
    ),
    (Signal.REFILE, re.compile(r"(?i)\brefil")),
    (Signal.REPEAT, re.compile(r"(?i)\b(?:repeat|wiederhol)")),
    (
        Signal.UPDATE,
        re.compile(r"(?i)\b(?:adds?\b|updat|recast|relead|aktualisi|ergänzt|ajoute|actuali|añade|amplía|aggi)"),
    ),
    (Signal.WRITETHRU, re.compile(r"(?i)\b(?:writes through|new throughout|rewrites|writethru)")),
    (Signal.URGENT, re.compile(r"(?i)\beil(?:meldung)?\b")),
)
"""What a note to editors says by its verb; the first that is found counts."""
