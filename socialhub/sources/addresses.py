"""Which addresses a source may be led to: the public ones, unless its settings say otherwise.

Pure: looks at an address, never at the network. Addresses that carry an IPv4 address inside (mapped, 6to4, Teredo,
NAT64) are judged by what they carry.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final, TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address

_NAT64: Final = IPv6Network("64:ff9b::/96")


def parse_address(host: str) -> Address | None:
    """The address that `host` spells out (brackets allowed), or None when it is a name."""
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        return None


def _carried(address: IPv6Address) -> Address:
    """The IPv4 address inside `address`, or `address` itself."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else address


def is_private(address: Address) -> bool:
    """Whether `address` is not of the public internet: private, loopback, link-local, shared, multicast, reserved."""
    carried = _carried(address) if isinstance(address, IPv6Address) else address
    return not carried.is_global or carried.is_multicast or carried.is_reserved
