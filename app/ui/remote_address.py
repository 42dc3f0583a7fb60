"""Where a phone finds this computer: its addresses in the network of the house, the likeliest first."""

import ipaddress

_HOUSES = ("192.168.", "10.", "172.")
_INNER = ("docker", "veth", "br-", "virbr", "vmnet", "vbox", "lxc", "podman", "utun", "tun", "tap")
"""Networks that end within this computer, or far away."""


def addresses() -> list[str]:
    """The private IPv4 addresses of this computer."""
    from PySide6.QtNetwork import QAbstractSocket, QNetworkInterface

    found = []
    for interface in QNetworkInterface.allInterfaces():
        if interface.name().lower().startswith(_INNER):
            continue
        flags = interface.flags()
        if not flags & QNetworkInterface.InterfaceFlag.IsUp or flags & QNetworkInterface.InterfaceFlag.IsLoopBack:
            continue
        for entry in interface.addressEntries():
            if entry.ip().protocol() == QAbstractSocket.NetworkLayerProtocol.IPv4Protocol:
                found.append(entry.ip().toString())
    return in_order(found)


def in_order(found: list[str]) -> list[str]:
    """Those of *found* that are of a network of one's own, the likeliest first."""
    own = [one for one in found if ipaddress.IPv4Address(one).is_private]
    return sorted(own, key=lambda one: next((i for i, start in enumerate(_HOUSES) if one.startswith(start)), 9))
