"""The table: which keys and words of a push mean what. docs/pushes.md says what follows from it.

Nobody has documented a push. After the first real one, extend the sets here, restart the bridges
and workers, and let `number-orders callbacks reread` read again what was parked.

Keys are in lower case without separators: `order_id`, `orderId` and `Order-Id` are `orderid`.
Words of a value are in lower case: `NUMBER_ORDER_COMPLETED` is `number`, `order`, `completed`.
"""

import re
from typing import Final

# --- Keys that name the order ------------------------------------------------------------------

ORDER_ID_ENDINGS: Final = (
    *("orderid", "ordernumber", "orderno", "ordernr", "orderref", "orderreference", "orderuuid"),
    *("orderids", "ordernumbers", "orderidentifier", "ordercode", "orderkey", "idorder"),
    *("purchaseid", "purchasenumber", "bestellnummer", "bestellnr", "bestellid"),
    *("auftragsnummer", "auftragsnr", "auftragsid", "auftragid"),
)
"""A key that ends like this names an order: `numberOrderId` too, and the id of another order."""

ORDERS: Final = frozenset(
    {"order", "orders", "numberorder", "numberorders", "bestellung", "auftrag"}
)
"""A text with a digit under these is an order id."""

ORDER_IN_KEY: Final = re.compile("order|bestell|auftrag")
"""An object under such a key is an order: what `IDS` has in it is its id, in `WRAPPERS` too."""

IDS: Final = frozenset({"id", "number", "no", "nr", "ref", "reference", "uuid", "value", "key"})

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
"""Whose number is another one, as the holder (`contact.phone`) or in the key (`contactPhone`)."""

# --- Keys that say how it went -----------------------------------------------------------------

TYPES: Final = frozenset(
    {
        *("type", "eventtype", "requesttype", "messagetype", "notificationtype", "callbacktype"),
        *("event", "eventname", "action", "topic", "operation", "art", "ereignis"),
    }
)
"""What kind of push it is; `NEUTRAL` words alone say nothing here."""

STATUSES: Final = frozenset(
    {
        *("status", "orderstatus", "numberstatus", "state", "orderstate", "result", "outcome"),
        *("statuscode", "statustext", "statusname", "resultcode", "resulttext", "resultstatus"),
        *("newstatus", "newstate", "currentstatus", "currentstate", "zustand", "ergebnis"),
        *("phase",),
    }
)
STATUS_ENDINGS: Final = ("status", "state", "statuscode", "statustext", "statusmsg", "reasoncode")
"""Anything but a success is an objection under `STATUSES`, and under a key that ends like this."""

NAMES: Final = frozenset(
    {"code", "name", "value", "text", "key", "label", "id", "current", "new", "to", "phase", "step"}
)
"""Where the word stands if one of the keys above holds an object."""

SUCCESS_FLAGS: Final = frozenset(
    {
        *("success", "successful", "ok", "completed", "complete", "done", "finished", "active"),
        *("activated", "succeeded", "fulfilled", "delivered", "erfolg", "erfolgreich"),
        *("accepted", "valid", "ordercompleted", "orderactive", "ordersuccessful"),
    }
)
"""Also with `is` before it. Anything but yes, a success or a date is an objection here."""

FAILURE_IN_KEY: Final = re.compile(
    "error|fehler|exception|fail|reject|refus|declin|denied|abort|ablehn|abgelehnt|stornier|storno"
    "|cancelled|canceled|cancellation|invalid|unsuccess|unavailable|problem|timedout|expired"
    "|blocked|terminated|revoked|suspended|withdrawn|deactivated|disabled|deleted|warning|denial"
    "|abgewiesen|abgelaufen|gesperrt|zurückgewiesen|(?<!de)fault|^err|^nok$|^issues?$"
)
"""A key with this in it reports a failure, unless its value says nothing."""

MESSAGES: Final = frozenset(
    {
        *("message", "messages", "msg", "description", "detail", "details", "info", "text", "note"),
        *("notes", "comment", "reason", "cause", "title", "subject", "body", "statusmessage"),
        *("nachricht", "beschreibung", "hinweis", "bemerkung", "grund"),
    }
)
"""Sentences for people, in which a `NEGATIONS` word is an objection too."""

# --- Words of values ---------------------------------------------------------------------------

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

NEUTRAL_TYPES: Final = frozenset(
    {
        "urlverification",
        "ping",
        "test",
        "testevent",
        "webhooktest",
        "challenge",
        "subscriptionconfirmation",
    }
)
"""Types of pushes that are about no order, words joined."""

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
    }
)
"""In whatever text they stand, they are an objection."""

NEGATIONS: Final = frozenset(
    {
        *("not", "no", "none", "cannot", "never", "without", "couldn", "didn", "wasn", "isn"),
        *("nicht", "kein", "keine", "keinen", "ohne", "leider", "unfortunately"),
    }
)
YES: Final = frozenset({"true", "1", "yes", "y", "ja", "j", "on"})
NOTHING: Final = frozenset(
    {
        *("", "false", "no", "none", "null", "nil", "undefined", "na", "nein", "keine"),
        *("keiner", "noerror", "noerrors", "ok", "success"),
    }
)
"""Values, words joined, with which `error` and its like say that there is none."""
