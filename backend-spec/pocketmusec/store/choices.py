"""What a teacher has chosen, by name."""

import json
from typing import Any

from pocketmusec.store.database import Transaction


def choice(tx: Transaction, name: str) -> Any:  # noqa: ANN401 # any JSON
    """What was chosen under this name, or None."""
    row = tx.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
    return json.loads(row[0]) if row else None


def choose(tx: Transaction, name: str, value: Any) -> None:  # noqa: ANN401
    """Keep `value`, in place of the former one."""
    tx.execute("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", (name, json.dumps(value, ensure_ascii=False)))
