"""The table's keys: which of a push mean what. docs/pushes.md says what follows from it.

Nobody has documented a push. After the first real one, extend the sets here and in `words`, restart
the bridges and workers, and let `number-orders callbacks reread` read again what was parked.

Keys are in lower case without separators: `order_id`, `orderId` and `Order-Id` are `orderid`.
"""

import re
from typing import Final

# --- Keys that name the order ------------------------------------------------------------------

ORDER_ID_ENDINGS: Final = (
    *("orderid", "ordernumber", "orderno", "ordernr", "orderref", "orderreference", "orderuuid"),
    *("orderids", "ordernumbers", "orderidentifier", "ordercode", "orderkey", "idorder"),
    *("orderuid", "orderguid", "orderuids", "orderguids", "orderuuids", "orderidentifiers"),
    *("orderrefs", "orderreferences", "orderreferenz", "orderkennung", "auftragskennung"),
    *("auftragsreferenz", "bestellkennung", "bestellreferenz", "bestellungid", "bestelluid"),
    *("purchaseid", "purchasenumber", "bestellnummer", "bestellnr", "bestellid"),
    *("auftragsnummer", "auftragsnr", "auftragsid", "auftragid"),
)
"""A key that ends like this names an order: `numberOrderId` too, and the id of another order."""

ORDERS: Final = frozenset(
    {"order", "orders", "numberorder", "numberorders", "bestellung", "auftrag"}
)
"""A text with a digit under these is an order id."""

ORDER_IN_KEY: Final = re.compile("order|bestell|auftrag|purchase")
"""An object under such a key is an order: what `IDS` has in it is its id, in `WRAPPERS` too."""

IDS: Final = frozenset(
    {
        *("id", "ids", "number", "no", "nr", "ref", "reference", "uid", "guid", "uuid", "value"),
        *("key", "code", "identifier", "identification", "nummer", "referenz", "kennung"),
        *("externalid", "internalid", "publicid", "teniosid", "orderedid"),
    }
)

PARTS: Final = frozenset(
    {"meta", "metadata", "header", "head", "info", "main", "general", "record"}
)
"""Objects within an order whose id is the order's, as in `WRAPPERS`."""

THEIR_ORDERS: Final = ("customer", "client", "kunden", "merchant")
"""Begin keys of ids that the customer gave: they count where no other order id stands."""

WRAPPERS: Final = frozenset(
    {
        *("data", "payload", "body", "content", "event", "message", "object", "result"),
        *(
            "details",
            "notification",
            "variables",
            "attributes",
            "callback",
            "entity",
            "item",
            "items",
            "resource",
            "response",
        ),
    }
)
"""Objects that add nothing to what stands in them. A number in an object under any other key, but
an order's, may be somebody else's and is not read. An `id` of digits that stands in nothing else is
the order's where nothing else is named as one; other ids, such as a delivery's, are not read."""

OTHERS: Final = frozenset(
    {
        *("account", "customer", "kunde", "contact", "company", "user", "owner", "subscription"),
        *("subscriber", "document", "verification", "identity", "payment", "invoice", "billing"),
        *("address", "location", "routing", "tariff", "contract", "carrier", "provider", "agent"),
        *("trunk", "forwarding", "destination", "target", "link", "creator", "adresse", "zahlung"),
    }
)
"""What has a status and a kind of its own, which is not the order's."""

PLACES: Final = ("address", "adresse", "anschrift", "location", "standort", "place", "region")
"""A `state` in an object whose key ends like this is a federal state."""
FEDERAL_STATES: Final = ("federalstate", "addressstate", "billingstate", "countrystate")

ENVELOPES: Final = frozenset(
    {"p", "json", "params", "parameters", "request", "push", "results", "root", "xml"}
)
"""Objects in which a success is the push's own, though a number may be somebody else's."""

# --- Keys that name the number -----------------------------------------------------------------

PHONE_NUMBERS: Final = frozenset(
    {
        *("number", "numbers", "phone", "phones", "phonenumber", "phonenumbers", "msisdn", "e164"),
        *("did", "dids", "tel", "telephone", "telephonenumber", "telephonenumbers"),
        *("teniosnumber", "teniosnumbers", "newnumber", "orderednumber", "orderednumbers"),
        *("assignednumber", "allocatednumber", "geographicnumber", "geographicalnumber"),
        *("rufnummer", "rufnummern", "telefon", "telefonnummer", "telefonnummern"),
    }
)
PHONE_NUMBER_ENDINGS: Final = ("phonenumber", "rufnummer", "telefonnummer")
"""A key that ends like this names a number, unless it is somebody else's."""

NUMBER_PARTS: Final = frozenset(
    {"value", "number", "e164", "formatted", "national", "international", "raw", "text", "id"}
)
"""Where a number stands if `phoneNumber` holds an object."""

NOT_THE_NEW_NUMBER: Final = frozenset(
    {
        *("linktonumber", "linkednumber", "linked", "link", "customer", "contact", "company"),
        *("account", "user", "caller", "billing", "sender", "support", "old", "previous"),
        *("contactperson", "owner", "requester", "applicant", "enduser", "subscriber", "hotline"),
        *("provider", "agent", "fax", "mobile", "routing", "target", "destination", "forwarding"),
        *("forwardto", "linkto", "billingaddress", "kunde", "kunden", "kontakt", "ansprechpartner"),
    }
)
"""Keys of other parties. A number below such a key (`contact.phone`), or under one that is joined
with a phone number's (`contactPhoneNumber`), is not the new number."""

# --- Keys that say how it went -----------------------------------------------------------------

TYPES: Final = frozenset(
    {
        *("type", "eventtype", "requesttype", "messagetype", "notificationtype", "callbacktype"),
        *("event", "eventname", "action", "topic", "operation", "art", "ereignis"),
    }
)
"""What kind of push it is; `NEUTRAL` words alone say nothing here."""

KINDS: Final = frozenset({"type", "art"})
"""Of these, what any other thing may have too: `document.type`."""

STATUSES: Final = frozenset(
    {
        *("status", "orderstatus", "numberstatus", "state", "orderstate", "result", "outcome"),
        *("statuscode", "statustext", "statusname", "resultcode", "resulttext", "resultstatus"),
        *("newstatus", "newstate", "currentstatus", "currentstate", "zustand", "ergebnis"),
        *("phase", "stage", "orderstage", "decision", "disposition", "resolution", "verdict"),
    }
)
STATUS_ENDINGS: Final = (
    *("status", "state", "statuscode", "statustext", "statusmsg", "statusname", "statusid"),
    *("statuskey", "statusvalue", "statuslabel", "stateid", "statename", "stage"),
)
"""Anything but a success is an objection under `STATUSES`, and under a key that ends like this."""

STATUS_BEGINNINGS: Final = frozenset(
    {
        *("new", "current", "final", "overall", "processing", "process", "provisioning", "result"),
        *("fulfillment", "fulfilment", "completion", "activation", "is", "has", "was", "been"),
    }
)
"""Words that may stand before a key such as `status`, beside `NEUTRAL` words, if its success is the
order's own: `processingStatus`, but not `accountStatus`."""

CODE_ENDINGS: Final = (
    *("statuscode", "responsecode", "returncode", "resultcode", "httpcode", "httpstatus"),
    *("replycode", "reasoncode", "exitcode", "outcomecode", "completioncode", "answercode"),
    *("returnvalue", "rückgabewert", "antwortcode", "ergebniscode", "responsestatus"),
    *("messagecode", "msgcode", "eventcode", "apicode", "httpresponse", "retcode"),
)
"""What computers call how it went; `code` by itself is one under a status and in `WRAPPERS`."""

BEFORE: Final = ("previous", "prior", "former", "old", "before", "vorheriger", "bisheriger")
"""Hold what was before, or begin the key of a status that was: what waited then is no objection."""

NAMES: Final = frozenset(
    {"code", "name", "value", "text", "key", "label", "id", "current", "new", "to", "phase", "step"}
)
"""Where the word stands if one of the keys above holds an object."""

NO_FLAGS: Final = ("interactive", "proactive", "retroactive", "radioactive", "interaktiv")
"""Ends of keys that only look like the following."""

SUCCESS_FLAGS: Final = frozenset(
    {
        *("success", "successful", "successfully", "completed", "complete", "done", "finished"),
        *("active", "activated", "succeeded", "fulfilled", "delivered", "provisioned", "assigned"),
        *("erfolg", "erfolgreich", "aktiv", "aktiviert", "abgeschlossen", "erledigt", "fertig"),
        *("bereitgestellt", "geschaltet"),
    }
)
"""Under a key that ends like this, anything but yes, a success or a date is an objection. Yes
proves success only if nothing stands before the ending, or words that may stand before a status."""

HOPEFUL_FLAGS: Final = frozenset(
    {
        *("approved", "available", "allocated", "accepted", "confirmed", "valid"),
        *("genehmigt", "verfügbar", "zugewiesen", "zugeteilt", "bestätigt"),
    }
)
"""The same, but yes is no success yet."""

PLAIN_FLAGS: Final = frozenset(
    {
        *("ok", "okay", "ready", "enabled", "verified", "live", "possible", "eligible", "granted"),
        *("processed", "registered", "freigeschaltet", "ack", "acknowledged", "passed"),
    }
)
"""The same where nothing of another thing stands before it: much has `enabled` and the like."""

_FLAGS = "|".join(sorted(SUCCESS_FLAGS | HOPEFUL_FLAGS | PLAIN_FLAGS, key=len, reverse=True))

FAILURE_IN_KEY: Final = re.compile(
    "error|fehler|exception|fail(?!over)|reject|refus|declin|denied|abort|ablehn|abgelehnt|storn"
    "|cancelled|canceled|cancellation(?!periods?|url|terms|policy|link|deadline)"
    "|k(?:ü|ue)ndigung(?!s?(?:frist|url|link|bedingung))|gek(?:ü|ue)ndigt"
    "|invalid|unsuccess|unavailable|problem|timedout|expired|abgebroch|abbruch|misserfolg"
    "|blocked|terminated|revoked|suspended|withdrawn|deactivated|disabled|deleted|warning|denial"
    "|abgewiesen|abgelaufen|gesperrt|zurückgewiesen|(?<!de)fault|^err|^nok$|^issues?$"
    "|gelöscht|geloescht|deaktiviert|insufficient|missing|duplicate|onhold|stopped|halted|disapprov"
    "|(?<!^s)pending|(?<!^en)(?<!^dis)closed|removed|incomplete|inaktiv|unvollständig"
    "|(?<!^log)inactive|undone|unassigned|undelivered|unfinished|unfulfilled|unprovisioned"
    "|unapproved|unerledigt|(?<!^r)uncompleted?|unconfirmed|unverified|^un(?:ok|ready)"
    "|^cancel$|^void$|voided|rolledback|rollback|reverted|reversed|refunded|obsolete|superseded"
    f"|(?:not|non|nicht|never|nolonger|^no|^kein)(?:yet|been|is|mehr)?(?:{_FLAGS})$"
)
"""A key with this in it reports a failure, unless its value says nothing."""

MESSAGES: Final = frozenset({"title", "subject", "body", "cause"})
MESSAGE_ENDINGS: Final = (
    *("message", "messages", "msg", "msgs", "description", "descriptions", "detail", "details"),
    *("info", "infos", "text", "texts", "note", "notes", "comment", "comments", "reason"),
    *("reasons", "remark", "remarks", "hint", "hints", "summary", "explanation", "notice"),
    *("nachricht", "beschreibung", "hinweis", "hinweise", "bemerkung", "bemerkungen", "grund"),
    *("meldung", "begründung", "erläuterung", "kommentar", "mitteilung", "antwort", "answer"),
    *("begruendung", "erlaeuterung", "feedback", "output", "alert", "memo", "headline"),
)
"""Ends of keys of sentences for people, in which a denial is an objection too."""
LANGUAGES: Final = frozenset({"de", "en", "dede", "engb", "enus", "content", "message", "html"})
"""Keys under which such a sentence may stand in an object, beside `NAMES`."""
