"""How much memory a device has for networks and pictures, and how much of it is taken, by whoever took it."""


def room_of(device: str) -> tuple[int, int]:
    """Bytes taken and bytes there are on *device*; 0 and 0 where it does not tell, as the CPU's are the machine's."""
    if not device.startswith("cuda"):
        return 0, 0
    import torch

    try:
        free, whole = torch.cuda.mem_get_info(device)
    except (RuntimeError, AssertionError):  # lost, or torch knows of none: whoever draws with it finds out
        return 0, 0
    return whole - free, whole
