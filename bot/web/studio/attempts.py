"""Slowing down whoever guesses at the staff token."""

from __future__ import annotations

import ipaddress
import time
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable

FREE: Final = 5
"""Failures of one address before it has to wait."""
FREE_OVERALL: Final = 50
"""Failures of all addresses together before everybody has to wait a little."""
LONGEST: Final = 900.0
"""Seconds to wait at most; after as long without a failure, an address begins afresh."""
LONGEST_OVERALL: Final = 4.0
"""Seconds to wait at most for what others did: staff must not be locked out by strangers."""
REMEMBERED: Final = 10_000
"""Addresses of which failures are counted."""
KNOWN: Final = 1000
"""Addresses from which staff came in, whom failures of others do not hold up."""
KNOWN_FOR: Final = 30 * 24 * 3600.0
"""Seconds for which these are known."""


class _Failures(Struct):
    count: int = 0
    last: float = 0.0

    def wait(self, now: float, free: int, longest: float) -> float:
        if now - self.last > LONGEST:
            self.count = 0
        over = self.count - free
        pause = min(2.0 ** min(over, 30), longest) if over >= 0 else 0.0
        return max(0.0, self.last + pause - now)


class Attempts:
    """Failures so far; after the free ones each doubles the wait. ``clock`` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._by_network: dict[str, _Failures] = {}
        self._known: dict[str, float] = {}
        self._overall = _Failures()

    def wait(self, address: str) -> float:
        """Seconds until this address may try; 0 when it may now."""
        now, network = self._clock(), _network(address)
        own = self._by_network.get(network, _Failures()).wait(now, FREE, LONGEST)
        if network in self._known and now - self._known[network] <= KNOWN_FOR:
            return own
        return max(own, self._overall.wait(now, FREE_OVERALL, LONGEST_OVERALL))

    def failed(self, address: str) -> None:
        """Note that an address gave a wrong token."""
        network = _network(address)
        own = self._by_network.pop(network, None) or _Failures()
        self._by_network[network] = own  # the latest last
        if len(self._by_network) > REMEMBERED:
            del self._by_network[next(iter(self._by_network))]
        for failures in (own, self._overall):
            failures.count += 1
            failures.last = self._clock()

    def succeeded(self, address: str) -> None:
        """Note that an address gave the right token."""
        network = _network(address)
        self._known.pop(network, None)
        self._known[network] = self._clock()  # the latest last
        if len(self._known) > KNOWN:
            del self._known[next(iter(self._known))]


def ip_address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """An address; of IPv4 also where it is written as one of IPv6. Raises :class:`ValueError`."""
    address = ipaddress.ip_address(text)
    return (address.ipv4_mapped or address) if address.version == 6 else address


def _network(address: str) -> str:
    """Who it is: one household has one IPv4 address, yet a whole /64 of IPv6."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False))
