"""The types that walk between the stages, one frozen type a stage, in the order of the walk.

Law: data only. Every time is an aware UTC datetime; every duration is in seconds; ids are opaque text.
"""

from wire.model.copy import Copy, Dateline, Order, Signal
from wire.model.document import Document, Entry, Label, Offer, Part
from wire.model.feed import Feed, Health, Hints, Move, PollState, Rhythm, Trust, Validators
from wire.model.fetched import Failure, Fetched, FetchFailed, FetchResult, NotModified
from wire.model.mail import MailPlace, mailbox_of
from wire.model.spool import SpoolFile, SpoolPlace, place_of
from wire.model.story import Decision, Evidence, Founds, Joins, Relation, Sketch, Standing, Status

__all__ = [
    "Copy",
    "Dateline",
    "Decision",
    "Document",
    "Entry",
    "Evidence",
    "Failure",
    "Feed",
    "FetchFailed",
    "FetchResult",
    "Fetched",
    "Founds",
    "Health",
    "Hints",
    "Joins",
    "Label",
    "MailPlace",
    "Move",
    "NotModified",
    "Offer",
    "Order",
    "Part",
    "PollState",
    "Relation",
    "Rhythm",
    "Signal",
    "Sketch",
    "SpoolFile",
    "SpoolPlace",
    "Standing",
    "Status",
    "Trust",
    "Validators",
    "mailbox_of",
    "place_of",
]
