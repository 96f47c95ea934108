"""Marker shapes of equal visual size, distinguishable by outline alone, as SVG paths."""

from math import cos, pi, sin

# Corners, rotation as a fraction of a full turn, and the scale at which it looks equally large.
REGULAR = {
    "square": (4, 1 / 8, 1.2),
    "diamond": (4, 0, 1.2),
    "up": (3, -1 / 4, 1.35),
    "down": (3, 1 / 4, 1.35),
    "hexagon": (6, 0, 1.1),
}
SHAPES = ("circle", *REGULAR, "cross", "star")


def path(number: int, x: float, y: float, radius: float) -> str:
    """Return the path of the shape of that number around a point.

    >>> path(2, 0, 0, 10)
    'M12.0 0.0L0.0 12.0L-12.0 0.0L-0.0 -12.0z'
    """
    shape = SHAPES[number % len(SHAPES)]
    if shape == "circle":
        return _circle(x, y, radius)
    if shape == "cross":
        return _cross(x, y, radius)
    if shape == "star":
        return _closed_path(_corners(x, y, (radius * 1.35, radius * 0.6), 10, -1 / 4))
    corners, turn, scale = REGULAR[shape]
    return _closed_path(_corners(x, y, (radius * scale,), corners, turn))


def _circle(x: float, y: float, radius: float) -> str:
    arc = f"a{radius:.1f} {radius:.1f} 0 1 0"
    return f"M{x - radius:.1f} {y:.1f}{arc} {2 * radius:.1f} 0{arc} {-2 * radius:.1f} 0z"


def _cross(x: float, y: float, radius: float) -> str:
    long, short = radius * 1.15, radius * 0.42
    quarter = [(short, -long), (short, -short), (long, -short)]
    corners = []
    for _turn in range(4):
        corners += quarter
        quarter = [(-b, a) for a, b in quarter]
    return _closed_path([(x + a, y + b) for a, b in corners])


def _corners(
    x: float, y: float, radii: tuple[float, ...], count: int, turn: float
) -> list[tuple[float, float]]:
    angles = [2 * pi * (turn + corner / count) for corner in range(count)]
    distances = [radii[corner % len(radii)] for corner in range(count)]
    return [(x + r * cos(a), y + r * sin(a)) for r, a in zip(distances, angles, strict=True)]


def _closed_path(corners: list[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in corners) + "z"
