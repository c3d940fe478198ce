"""The table's words: what the values of a push say. `names` has its keys.

In lower case and apart: `NUMBER_ORDER_COMPLETED` is `number`, `order`, `completed`.
"""

import re
from typing import Final

SUCCESSES: Final = frozenset(
    {
        *("active", "activated", "complete", "completed", "completion", "delivered", "done"),
        *("finished", "fulfilled", "ok", "okay", "success", "successful", "successfully"),
        *("succeeded", "true", "provisioned", "abgeschlossen", "erledigt", "aktiv", "aktiviert"),
        *("fertig", "erfolgreich", "erfolg", "geschaltet", "bereitgestellt"),
    }
)
NEUTRAL: Final = frozenset(
    {
        *("number", "numbers", "order", "orders", "phone", "geographical", "geographic", "local"),
        *("landline", "tenios", "event", "notification", "callback", "push", "webhook", "status"),
        *("the", "your", "is", "was", "has", "been", "now", "rufnummer", "bestellung"),
    }
)
"""Say neither success nor failure, beside other words or as the name of a type."""

CARRIERS: Final = frozenset({"webhook", "callback", "push", "notification"})
"""Of these, what has a success of its own: `WEBHOOK_ACTIVATED` is about no order."""

CHANGES: Final = frozenset({"changed", "change", "update", "updated"})
"""In a type: no objection beside a success that stands elsewhere."""

OTHERS_SUCCESSES: Final = frozenset(
    {"approved", "paid", "verified", "confirmed", "valid", "accepted", "genehmigt", "bezahlt"}
)
"""Words that are no objection as the status of one of `OTHERS`."""

NEUTRAL_TYPES: Final = frozenset(
    {
        "urlverification",
        "ping",
        "test",
        "testevent",
        "webhooktest",
        "challenge",
        "subscriptionconfirmation",
        "testnotification",
        "testpush",
        "heartbeat",
    }
)
"""Types of pushes that are about no order, words joined: they prove nothing."""
TESTS: Final = frozenset({"ping", "test", "istest", "testmode", "testevent"})
"""Keys that say the same with yes."""

FAILURES: Final = frozenset(
    {
        *("fail", "fails", "failed", "failure", "error", "errors", "exception", "fault"),
        *("rejected", "reject", "rejection", "refused", "refusal", "declined", "denied"),
        *("cancelled", "canceled", "cancellation", "aborted", "expired", "invalid", "unavailable"),
        *("unsuccessful", "unsuccessfully", "impossible", "unable", "timeout", "incomplete"),
        *("fehler", "fehlgeschlagen", "gescheitert", "abgelehnt", "ablehnung", "storniert"),
        *("blocked", "pending", "revoked", "stopped", "suspended", "terminated", "withdrawn"),
        *("abgewiesen", "gesperrt", "unvollständig", "zurückgewiesen", "zurückgezogen"),
        *("abgebrochen", "verweigert", "ungültig", "ungueltig", "unmöglich", "erfolglos"),
        *("deleted", "deactivated", "disabled", "inactive", "insufficient", "missing", "duplicate"),
        *("duplicated", "problem", "problems", "onhold", "nok", "err", "unassigned", "failing"),
        *("storno", "stornierung", "gelöscht", "geloescht", "fehlerhaft", "fehlerhafte", "fehlen"),
        *("fehlt", "fehlend", "fehlende", "misserfolg", "abbruch", "deaktiviert", "inaktiv"),
        *("kuendigung", "gekuendigt", "unvollstaendig", "zurueckgewiesen", "dismissed", "halted"),
        *("kündigung", "gekündigt", "fehlerhafter", "fehlerhaften", "löschung", "removed"),
    }
)
"""In whatever text they stand, they are an objection."""

FAILURE_PHRASES: Final = ("on hold",)

NEGATIONS: Final = frozenset(
    {
        *("not", "no", "none", "cannot", "never", "without", "nothing", "neither", "nor", "nobody"),
        *("couldn", "didn", "wasn", "isn", "cant", "wont", "dont", "didnt", "doesnt", "hasnt"),
        *("isnt", "wasnt", "couldnt", "arent", "havent", "wouldnt", "nicht", "kein", "keine"),
        *("keinen", "keinem", "keiner", "keines", "keinerlei", "niemals", "nie", "nichts", "ohne"),
        *("leider", "unfortunately", "weder"),
    }
)
NOT_SHORT: Final = re.compile(
    r"n(?:\s?\u0301|['`\u2018\u2019\u02bc\u2032]|&#0*39;|&#x27;|&#8217;|&[ar](?:pos|squo);)t\b"
)
"""`can't` and the like, with any apostrophe."""

HARMLESS: Final = re.compile(
    r"\b(?:order|request|customer|reference|ref|invoice|ticket|contract|number)\s+no[.:]\s*#?(?=\d)"
    r"|\b(?:without|with no|no|ohne|keine|keinerlei)\s+(?:any\s+)?"
    r"(?:errors?|problems?|failures?|warnings?|fehler|probleme)(?=\s*(?:[.!;,]|$|and\b|und\b))"
    r"|\bno\s+(?:further\s+)?actions?\s+(?:is\s+|are\s+)?(?:required|needed|necessary)\b"
    r"|\bdo\s+not\s+(?:reply|respond)\b|\bbitte\s+nicht\s+antworten\b"
)
"""What only looks like a denial or a failure; only at the end of a sentence, since `no errors left`
may go on."""

WAITING: Final = frozenset(
    {
        *("pending", "new", "created", "open", "processing", "inprogress", "inprocess", "queued"),
        *("ordered", "submitted", "requested", "waiting", "received", "accepted", "started"),
        *("draft", "scheduled", "neu", "offen", "inbearbeitung", "bestellt"),
    }
)
"""What may have been before, words joined."""
YES: Final = frozenset({"true", "1", "yes", "y", "ja", "j", "on"})
NOTHING: Final = frozenset(
    {
        *("", "false", "no", "none", "null", "nil", "undefined", "na", "nein", "keine"),
        *("keiner", "noerror", "noerrors", "ok", "success"),
    }
)
"""Values, words joined, with which `error` and its like say that there is none."""
