"""What the sandbox knows, in SQLite: in memory, or in a file that survives kill -9."""

import json
import sqlite3
import time
import uuid
from typing import Any, Literal

from number_orders.sandbox.behaviour import Behaviour, PushBehaviour
from number_orders.sandbox.numbers import new_number

_SCHEMA = """
CREATE TABLE IF NOT EXISTS ledger (
    id INTEGER PRIMARY KEY, time REAL NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL,
    body TEXT NOT NULL, status INTEGER, answer TEXT);
CREATE TABLE IF NOT EXISTS verifications (
    id TEXT PRIMARY KEY, created REAL NOT NULL, country TEXT NOT NULL, city TEXT NOT NULL,
    area_code TEXT, decision TEXT, decided REAL);
CREATE TABLE IF NOT EXISTS orders (
    id INTEGER PRIMARY KEY, created REAL NOT NULL, verification_id TEXT NOT NULL,
    phone_number TEXT NOT NULL, push_url TEXT, push_secret TEXT, push_behaviour TEXT NOT NULL,
    completed REAL, cancelled TEXT);
CREATE TABLE IF NOT EXISTS pushes (
    id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL, due REAL NOT NULL, sent REAL,
    result TEXT, answer TEXT);
CREATE TABLE IF NOT EXISTS behaviours (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL, verification_id TEXT, remaining INTEGER NOT NULL,
    content TEXT NOT NULL);
"""
_FIRST_ORDER_ID = 1001
LARGEST_ID = 2**63 - 1
"""SQLite's largest number."""

Decision = Literal["approved", "rejected"]
Table = Literal["ledger", "verifications", "orders", "pushes"]
Row = dict[str, Any]


class State:
    """Requests received, verifications, orders, pushes, and behaviours still to be shown."""

    def __init__(self, file: str | None) -> None:
        self._db = sqlite3.connect(file or ":memory:", isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def rows(self, table: Table) -> list[Row]:
        """Everything in a table, oldest first."""
        return self._shown(table, "SELECT * FROM {} ORDER BY rowid")

    def newest_rows(self, table: Table, count: int, skip: int) -> list[Row]:
        """So many rows of a table, newest first, after so many that are newer."""
        return self._shown(
            table, "SELECT * FROM {} ORDER BY rowid DESC LIMIT ? OFFSET ?", count, skip
        )

    def count(self, table: Table) -> int:
        """How many rows a table has."""
        return int(self._db.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])  # noqa: S608 -- one of four literals

    def _shown(self, table: Table, query: str, *parameters: int) -> list[Row]:
        found = [dict(row) for row in self._db.execute(query.format(table), parameters)]
        for row in found:
            row.pop("push_secret", None)
            row.pop("push_behaviour", None)
            for column in ("body", "answer"):
                if table == "ledger" and row[column] is not None:
                    row[column] = json.loads(row[column])
        return found

    def record_request(self, method: str, path: str, body: Any) -> int:
        """Write a request into the ledger before anything is done with it."""
        cursor = self._db.execute(
            "INSERT INTO ledger (time, method, path, body) VALUES (?, ?, ?, ?)",
            (time.time(), method, path, json.dumps(body)),
        )
        return cursor.lastrowid or 0

    def record_answer(self, entry: int, status: int, answer: Any) -> None:
        """Add to the ledger what was answered. An entry without it was cut off or left hanging."""
        self._db.execute(
            "UPDATE ledger SET status = ?, answer = ? WHERE id = ?",
            (status, json.dumps(answer), entry),
        )

    def create_verification(
        self, country: str, city: str, area_code: str | None, same_id: str | None = None
    ) -> str:
        """A verification that waits for the service team; a known id's check begins anew.

        Args:
            country: Its English name.
            city: The city's name.
            area_code: Without a trunk prefix; `None` for none.
            same_id: The id of a verification that it replaces.
        """
        verification_id = same_id or str(uuid.uuid4())
        self._db.execute(
            "INSERT OR REPLACE INTO verifications (id, created, country, city, area_code)"
            " VALUES (?, ?, ?, ?, ?)",
            (verification_id, time.time(), country, city, area_code),
        )
        return verification_id

    def verification(self, verification_id: str) -> Row | None:
        """One verification."""
        return self._one("SELECT * FROM verifications WHERE id = ?", verification_id)

    def decide(self, verification_id: str, decision: Decision) -> bool:
        """Let the service team decide; `False` if there is no such open verification."""
        cursor = self._db.execute(
            "UPDATE verifications SET decision = ?, decided = ? WHERE id = ? AND decision IS NULL",
            (decision, time.time(), verification_id),
        )
        return cursor.rowcount == 1

    def approve_created_before(self, moment: float) -> None:
        """Approve what has waited long enough, for the automatic mode."""
        self._db.execute(
            "UPDATE verifications SET decision = 'approved', decided = ?"
            " WHERE decision IS NULL AND created <= ?",
            (time.time(), moment),
        )

    def create_order(
        self, verification: Row, push_url: str | None, push_secret: str | None, push: PushBehaviour
    ) -> int:
        """An order that waits for its completion, with a number from the right area."""
        row = self._one("SELECT MAX(id) AS last FROM orders") or {}
        order_id = (row["last"] or _FIRST_ORDER_ID - 1) + 1
        phone_number = new_number(verification["country"], verification["area_code"], order_id)
        self._db.execute(
            "INSERT INTO orders (id, created, verification_id, phone_number, push_url, push_secret,"
            " push_behaviour) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                order_id,
                time.time(),
                verification["id"],
                phone_number,
                push_url,
                push_secret,
                push.model_dump_json(),
            ),
        )
        return order_id

    def order(self, order_id: int) -> Row | None:
        """One order, with its push's secret and behaviour."""
        row = self._one("SELECT * FROM orders WHERE id = ?", order_id)
        if row is not None:
            row["push_behaviour"] = PushBehaviour.model_validate_json(row["push_behaviour"])
        return row

    def orders_open_since(self, moment: float) -> list[int]:
        """Orders that have waited for their completion since then, for the automatic mode."""
        found = self._db.execute(
            "SELECT id FROM orders WHERE completed IS NULL AND created <= ?", (moment,)
        )
        return [row["id"] for row in found]

    def complete(self, order_id: int) -> bool:
        """Complete an order and plan its pushes; `False` if there is no such open order."""
        order = self.order(order_id)
        if order is None or order["completed"] is not None:
            return False
        behaviour = order["push_behaviour"]
        now = time.time()
        self._db.execute("BEGIN")
        self._db.execute("UPDATE orders SET completed = ? WHERE id = ?", (now, order_id))
        if order["push_url"]:
            self._db.executemany(
                "INSERT INTO pushes (order_id, due) VALUES (?, ?)",
                [(order_id, now + behaviour.delay_seconds)] * behaviour.times,
            )
        self._db.execute("COMMIT")
        return True

    def take_due_pushes(self) -> list[Row]:
        """Pushes to be sent now. Each is given out once: TENIOS is not known to repeat them."""
        now = time.time()
        found = self._db.execute(
            "UPDATE pushes SET sent = ? WHERE sent IS NULL AND due <= ? RETURNING id, order_id",
            (now, now),
        )
        return [dict(row) for row in found.fetchall()]

    def record_push_result(self, push_id: int, result: str, answer: str | None) -> None:
        """What a push was answered: a status and a body, or why there is none."""
        self._db.execute(
            "UPDATE pushes SET result = ?, answer = ? WHERE id = ?", (result, answer, push_id)
        )

    def cancel(self, phone_number: str, date: str) -> bool:
        """Give a number back; `False` if it is none of ours."""
        cursor = self._db.execute(
            "UPDATE orders SET cancelled = ? WHERE phone_number = ? AND completed IS NOT NULL",
            (date, phone_number),
        )
        return cursor.rowcount == 1

    def add_behaviour(self, behaviour: Behaviour) -> None:
        """Queue a behaviour for the next calls of its path."""
        self._db.execute(
            "INSERT INTO behaviours (path, verification_id, remaining, content)"
            " VALUES (?, ?, ?, ?)",
            (
                behaviour.path,
                behaviour.verification_id,
                behaviour.times,
                behaviour.model_dump_json(),
            ),
        )

    def forget_behaviours(self) -> None:
        """Behave well from now on."""
        self._db.execute("DELETE FROM behaviours")

    def next_behaviour(self, path: str, verification_id: str | None) -> Behaviour | None:
        """The behaviour for this call, used up once."""
        row = self._one(
            "UPDATE behaviours SET remaining = remaining - 1 WHERE id = (SELECT MIN(id) FROM"
            " behaviours WHERE path = ? AND remaining > 0"
            " AND (verification_id IS NULL OR verification_id = ?)) RETURNING content",
            path,
            verification_id,
        )
        return Behaviour.model_validate_json(row["content"]) if row else None

    def _one(self, query: str, *parameters: object) -> Row | None:
        found = self._db.execute(query, parameters).fetchall()
        return dict(found[0]) if found else None
