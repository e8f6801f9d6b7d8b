"""What web pages set around a text, line by line: buttons, breadcrumbs, consent, pointers, who helped, headings.

Law: each test is of one line, by its structure and by words that every page uses; no publisher is named. A line that
may as well be copy passes none of them.
"""

import re

from wire.normalize.text import either, word_set

_LINE = 160
"""Characters; a longer line is no line of a page's furniture, but for notices."""
_NOTICE = 500
_BYLINE_WORDS = 16

_BUTTON = either("""
    share(?: (?:this|article|story|page|post|options|(?:via|on|by|with) [\\w-]+))*
    tweet|retweet|pin it|rss|bookmark|copy link|link copied|gift(?: this)? article
    print(?: (?:this|article|page|story))*
    e-?mail(?: (?:this|article|page|story|to a friend))*
    save(?: (?:article|story|for later))*
    facebook|twitter|whatsapp|linkedin|reddit|pinterest|telegram|messenger|flipboard|google\\+?
    listen(?: (?:now|to (?:this )?(?:article|story)))?
    (?:leave|post|add|write) a (?:comment|reply)|(?:view |read |show |see |go to )?(?:all )?comments?
    (?:text|font) size|(?:in|de)crease text size|enlarge(?: (?:this )?image)?|(?:toggle|hide) caption|play video
    watch (?:now|live)
    sign in|log ?in|subscribe(?: now)?|full article|summari[sz]e
    skip to (?:main )?content|skip navigation|jump to content|zum inhalt springen|aller au contenu(?: principal)?
    (?:saltar|ir) al contenido(?: principal)?|vai al contenuto|ga naar de inhoud
    teilen|drucken|merken|vorlesen|artikel anhören|kommentare|zur startseite
    partager(?: sur \\w+)?|imprimer|réagir|commenter|écouter(?: l['’]article)?
    compartir(?: en \\w+)?|imprimir|guardar|escuchar|comentarios|enviar por (?:correo|e-?mail)
    condividi|stampa|ascolta|commenti|compartilhar|partilhar|ouvir|delen|afdrukken|luister|reacties
    シェア|共有|印刷|ツイート|分享|打印|공유|인쇄|поделиться|распечатать
""")
_BETWEEN = "(?:menu|search|close|home|related|videos?|photos?|gallery|help|news|live|x|and|or|more)"
"""Words that stand between buttons and are none alone."""
_COUNT = r"(?:\W*\d[\d.,]*[km]?)?"
_BUTTONS = re.compile(
    rf"(?i)\W*(?:\d[\d.,]*[km]?\W+)?(?>{_BETWEEN}\W+)*(?>{_BUTTON}{_COUNT}(?:\W+|$))(?>(?:{_BUTTON}|{_BETWEEN}){_COUNT}(?:\W+|$))*"
)
_CRUMBS = re.compile(
    r"(?i)(?:home(?:page)?|start(?:seite)?|accueil|inicio|início)(?:\s*[>»›/|→]\s*[^>»›/|→.!?]{2,40}){1,5}"
)
_COOKIES = either("""
    (?:we|(?:this|our) (?:web)?site) (?:and our partners )?(?:uses?|stores?|sets?|may use|would like to use)
    by (?:using|continuing|clicking)|to (?:give|provide|improve) you
    (?:wir|diese (?:web)?seite) (?:verwende[nt]|nutzen|nutzt|setzen|setzt)|(?:nous utilisons|ce site utilise)
    (?:nosotros )?utilizamos|este sitio (?:web )?(?:usa|utiliza)|(?:noi )?utilizziamo|questo sito (?:usa|utilizza)
    wij gebruiken|deze (?:web)?site gebruikt
""")
_NOTICES = re.compile(
    "(?i)"
    + either(f"""
    {_COOKIES}\\b.{{0,80}}\\bcookies?\\b
    please (?:enable|turn on) javascript\\b|you (?:need|have) to enable javascript\\b
    javascript (?:is|must be|seems to be)\\b
    your browser (?:does not|doesn['’]t|is not|isn['’]t)\\b|media playback is (?:not )?(?:un)?supported\\b
    this (?:article|story|page|content) is (?:more than \\d+|over \\d+|\\d+) (?:years?|months?) old\\b
    this (?:story|article|report|post) (?:has been|was|may be) (?:updated|corrected)\\b.{{0,80}}$
    """)
)
_NOTICE_WORDS = word_set(
    "we this our by to wir diese nous ce nosotros utilizamos este noi utilizziamo questo wij deze please you "
    "javascript your media "
)
_COMMENTS = re.compile(
    "(?i)"
    + either("""
    (?:leave|post|add|write) a (?:comment|reply)|join the (?:conversation|discussion)
    (?:\\d+ |view |show |reader )?comments?(?: \\(?\\d+\\)?)?
    this (?:discussion|thread) is (?:now )?closed.{0,60}
    comments (?:on this \\w+ )?(?:are|have been|will be) .{0,80}|we welcome (?:your )?comments\\b.{0,200}
    all comments are (?:moderated|subject to)\\b.{0,200}
    (?:\\d+ )?(?:kommentare?|commentaires?|comentarios?|comentários?|commenti|reacties)
    (?:schreiben sie einen|diskutieren sie).{0,40}|laisser un commentaire|deja (?:un|tu) comentario
    lascia un commento|deixe um comentário
    """)
    + r"\W*"
)
_COMMENT_WORDS = word_set(
    "leave post add write join view show reader comment comments this we all kommentar kommentare commentaire "
    "commentaires comentario "
    "comentarios comentário comentários commenti reacties schreiben diskutieren laisser deja lascia deixe"
)
_CONTRIBUTED = re.compile(
    r"(?i).{3,300}\b"
    + either("""
    contributed?(?: \\w+)? (?:to|from|for) (?:this|the) (?:report|story|article|post|piece)|contributed reporting
    ha(?:t|ben) (?:zu|an) diesem (?:bericht|artikel|text) (?:beigetragen|mitgearbeitet)
    han? (?:contribuido|colaborado) (?:a|en|con) (?:este|esta) (?:informe|artículo|información|reporte)
    (?:a|ont) contribué à (?:cet article|ce reportage)|hanno? contribuito a (?:questo|quest['’]) ?articolo
    """)
    + r"\b.{0,60}"
)
_HELPED = ("ontrib", "beigetragen", "mitgearbeitet", "colaborado")
_POINTER = re.compile(
    r"\W*(?:READ|WATCH|SEE|MORE|LISTEN|PHOTOS?|VIDEO|GALLERY|RELATED|IN PICTURES)"
    r"(?: (?:MORE|ALSO|NEXT|HERE))?\s?[:>|].{3,150}"
)
ROLES = word_set(
    "staff special writer writers correspondent correspondents reporter reporters editor editors contributor "
    "contributors columnist "
    "journalist journalists producer bureau chief senior political business economics economic diplomatic "
    "foreign national "
    "international science health technology security defence defense legal sports congressional medical "
    "environment education "
    "royal wire to at for team desk redaktion redakteur redakteurin korrespondent korrespondentin reporterin "
    "envoyé spécial "
    "correspondant correspondante journaliste redacción corresponsal enviado especial inviato redazione "
    "corrispondente "
    "verslaggever redactie redação"
)
"""Words that say what somebody is who signs."""
_ROLE_NOUNS = word_set(
    "writer writers correspondent correspondents reporter reporters editor editors columnist columnists "
    "contributor contributors "
    "journalist journalists producer bureau redakteur redakteurin korrespondent korrespondentin reporterin "
    "correspondant "
    "correspondante journaliste corresponsal corrispondente inviato verslaggever"
)
_AND = word_set("and und et y e en in of the")
_SUMMARY = either("""
    (?:story )?highlights|(?:the )?key (?:points|takeaways|facts|developments)|(?:the )?main points|at a glance
    in brief|quick read
    auf einen blick|das wichtigste(?: in kürze)?|kurz gefasst|en bref|l['’]essentiel|(?:les )?points? clés?
    lo esencial|(?:puntos )?clave
    claves|in breve|in sintesi|(?:i )?punti chiave|em resumo|pontos-chave|in het kort|samenvatting|要点|ポイント
""")
_SUMMARY_WORDS = word_set(
    "story highlights the key main at in quick auf das kurz en l'essentiel l’essentiel les point points lo "
    "puntos clave claves i punti em "
    "pontos-chave samenvatting 要点 ポイント"
)
_MARKS = " .:;|-–—*#•■【】："
_HEADS_SUMMARY = re.compile(rf"(?i)\W*(?:{_SUMMARY}\W*|(?:story highlights|key (?:points|takeaways))\b\W+\w.*[^.])")
BULLET = re.compile(r"(?:[•·▪●■◆►‣*]\s?|[-–—]\s)(?=\S)")
"""Opens a point of a list."""


def is_chrome(line: str) -> bool:
    """Buttons, breadcrumbs, consent and other notices that a page shows to everybody."""
    if len(line) <= _LINE and (_BUTTONS.fullmatch(line) or _CRUMBS.fullmatch(line)):
        return True
    return len(line) <= _NOTICE and line.partition(" ")[0].lower() in _NOTICE_WORDS and _NOTICES.match(line) is not None


def is_pointer(line: str) -> bool:
    """`READ MORE: …`, `WATCH: …`: points to something else."""
    return len(line) <= _LINE and _POINTER.fullmatch(line) is not None


def says_who_helped(line: str) -> bool:
    """`Una Kell contributed to this report.`"""
    return len(line) <= _NOTICE and any(part in line for part in _HELPED) and _CONTRIBUTED.fullmatch(line) is not None


def is_role_line(line: str) -> bool:
    """`Una Kell, political correspondent`: names, then what they are; no sentence."""
    if len(line) > _LINE or line[line.rfind(" ") + 1 :].strip(")|").lower() not in _ROLE_NOUNS:
        return False
    words = line.split()
    return len(words) <= _BYLINE_WORDS and words[0][0].isupper() and all(map(_names_or_tells, words))


def heads_summary(line: str) -> bool:
    """Whether the points of a summary follow: `Key points`, alone or with the first of them behind it."""
    return line.partition(" ")[0].strip(_MARKS).lower() in _SUMMARY_WORDS and _HEADS_SUMMARY.fullmatch(line) is not None


def heads_comments(line: str) -> bool:
    """Whether what readers wrote follows."""
    if len(line) > _LINE or not (line[0].isdigit() or line.partition(" ")[0].strip(_MARKS).lower() in _COMMENT_WORDS):
        return False
    return _COMMENTS.fullmatch(line) is not None


def _names_or_tells(word: str) -> bool:
    return word[0].isupper() or not word[0].isalnum() or word.strip(",.|").lower() in ROLES | _AND
