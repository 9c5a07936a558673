"""Proves to the app that this is its backend, without the token going over the wire."""

import hashlib
import hmac


def proof(token: str, nonce: str, port: int, generation: str) -> str:
    """Hex HMAC-SHA256 under `token` of nonce|port|generation."""
    message = f"{nonce}|{port}|{generation}".encode()
    return hmac.new(token.encode(), message, hashlib.sha256).hexdigest()
