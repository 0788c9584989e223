"""Draws a move table: states from left to right, every move an arrow with its name and with those who may make it.

The longest way forward is the middle line. States that end a thing early stand below it, states that lead back to it above.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from itertools import count
from typing import Any

from django.apps import apps
from django.utils.translation import override

from coordination import policy, policy_words
from coordination.models.people import POLICE_ROLES, SCHOOL_ROLES
from coordination.paper.documents import balanced
from coordination.workflow import Move, Moving

BOX_WIDTH, BOX_HEIGHT = 150, 58
STEP_X, STEP_UP, STEP_DOWN = 296, 168, 118
MARGIN, HEADROOM = 22, 28
ARC_RISE = 36
SPREAD = 36
LINE = 17
LETTER_WIDTH = 7
LETTERS_IN_BOX, LETTERS_ON_LINE, LETTERS_ON_ARC, LETTERS_OF_SIDES = 18, 20, 40, 23
INK, QUIET, CARD, PAPER, SOFT, STROKE = "#14221f", "#4a5a56", "#ffffff", "#f6f8f7", "#e3f1ed", "#0b5d4e"
FACE = "system-ui, 'Segoe UI', 'Noto Sans', Roboto, 'Helvetica Neue', sans-serif"
HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" aria-labelledby="title desc" font-family="{face}" font-size="13">\n'
    '<title id="title">{title}</title>\n<desc id="desc">{desc}</desc>\n'
    '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 10 5 0 10z" fill="{stroke}"/></marker></defs>\n'
    '<rect width="{width}" height="{height}" rx="10" fill="{paper}"/>\n'
)


class CannotDraw(Exception):
    """The table has a shape for which there is no place in the picture (it is told in sentences); the message names the state."""


@dataclass(frozen=True)
class Arrow:
    """One move out of one group of states, with its words."""

    act: str
    sources: tuple[str, ...]
    target: str
    words: str
    who: str


@dataclass
class Picture:
    """A table laid out: a column and a row for each state, and the SVG in pieces."""

    states: dict[str, str]
    arrows: list[Arrow]
    spine: list[str]
    cells: dict[str, tuple[int, int]] = field(default_factory=dict)
    pieces: list[str] = field(default_factory=list)
    written: set[tuple[int, int]] = field(default_factory=set)
    top: int = MARGIN
    bottom: int = 0

    def centre(self, state: str) -> tuple[int, int]:
        """The middle of a state's box."""
        column, row = self.cells[state]
        return MARGIN + BOX_WIDTH // 2 + column * STEP_X, self.top + row * (STEP_DOWN if row > 0 else STEP_UP)


def tables() -> dict[str, type[Any]]:
    """Every model whose status moves through a table, by a name for its file."""
    return {model._meta.model_name: model for model in apps.get_models() if issubclass(model, Moving)}


def pictures() -> dict[str, str]:
    """All pictures as file name and SVG; the same tables give the same bytes."""
    return {f"{name}.svg": draw(model) for name, model in sorted(tables().items())}


def draw(model: type[Any]) -> str:
    """One table as SVG, in Vietnamese, the language of the tables."""
    with override("vi"):
        states = {value: str(label) for value, label in model._meta.get_field("status").choices}
        arrows = [arrow_of(model, act, step, list(states)) for act, step in model.MOVES.items()]
    picture = Picture(states, arrows, spine_of(model._meta.get_field("status").default, list(states), arrows))
    try:
        place(picture)
        for state in states:
            draw_state(picture, state)
        for arrow in arrows:
            draw_arrow(picture, arrow)
        if any(x < MARGIN or y < LINE for x, y in picture.written) or max(x for x, _y in picture.written) > width_of(picture) - MARGIN:
            raise CannotDraw(model.__name__)
    except CannotDraw:
        return listed(Picture(states, arrows, picture.spine), model.__name__)
    return svg_of(picture, model.__name__)


def arrow_of(model: type[Any], act: str, step: Move, order: list[str]) -> Arrow:
    """A move with its label, or the policy's words where the table gives none, and the sides that may make it."""
    name = f"{model.policy_name}.{act}"
    sources = tuple(state for state in order if state in step.sources)
    return Arrow(act, sources, str(step.target), str(step.label or policy_words.ACT_WORDS[name]), sides_of(name))


def sides_of(action: str) -> str:
    """Who may make the move, by side, as the policy says it; a side is never parted by the end of a line."""
    roles = set(policy.GRANTS[action])
    sides = {"Nhà trường": SCHOOL_ROLES, "Công an": POLICE_ROLES, "Hệ thống": {policy.SERVICE}}
    others = roles.difference(*sides.values())
    found = [side for side, members in sides.items() if roles & members] + ["Giáo dục và UBND"] * bool(others)
    return ", ".join(side.replace(" ", "\N{NO-BREAK SPACE}") for side in found)


# Where the states stand


def spine_of(first: str, order: list[str], arrows: list[Arrow]) -> list[str]:
    """The longest way from the first state that never goes back in the order of the states; of equals the one whose end is named first."""
    ways = [[first]]
    for way in ways:
        ways += [[*way, arrow.target] for arrow in arrows if way[-1] in arrow.sources and order.index(arrow.target) > order.index(way[-1])]
    return max(ways, key=lambda way: (len(way), [-order.index(state) for state in reversed(way)]))


def place(picture: Picture) -> None:
    """Give every state its column and row, and the middle line its height."""
    picture.cells = {state: (column, 0) for column, state in enumerate(picture.spine)}
    others = [state for state in picture.states if state not in picture.spine]
    ends = [state for state in others if not any(state in arrow.sources for arrow in picture.arrows)]
    for state in others:
        if state not in ends:
            picture.cells[state] = (max(columns_before(picture, state)), -1)
    for row, state in enumerate(ends, 1):
        dropping = set().union(*(columns_before(picture, later) for later in ends[row:]))
        picture.cells[state] = (next(column for column in count(max(columns_before(picture, state)) + 1) if column not in dropping), row)
    if len(set(picture.cells.values())) < len(picture.states):
        raise CannotDraw("two states in one place")
    picture.top = MARGIN + BOX_HEIGHT // 2 + room_above(picture)


def columns_before(picture: Picture, state: str) -> set[int]:
    """The columns from which moves lead to a state that is not on the middle line."""
    sources = [source for arrow in picture.arrows if arrow.target == state for source in arrow.sources]
    if not sources or any(source not in picture.cells for source in sources):
        raise CannotDraw(state)
    return {picture.cells[source][0] for source in sources}


def room_above(picture: Picture) -> int:
    """What stands above the middle line: states, or a move that leaps, or only words."""
    if any(row < 0 for _column, row in picture.cells.values()):
        return STEP_UP + 2 * LINE * any(goes_over(picture, source, arrow.target) for arrow in picture.arrows for source in arrow.sources)
    leaping = any(leaps(picture, source, arrow.target) for arrow in picture.arrows for source in arrow.sources)
    return ARC_RISE + 3 * LINE if leaping else HEADROOM


def goes_over(picture: Picture, source: str, target: str) -> bool:
    """Whether a move leads from a state above the middle line to the next state on it."""
    column, row = picture.cells[source]
    return row < 0 and picture.cells[target] == (column + 1, 0)


def leaps(picture: Picture, source: str, target: str) -> bool:
    """Whether a move from one state of the middle line to another passes over a third."""
    on_line = source in picture.spine and target in picture.spine
    return on_line and picture.spine.index(target) > picture.spine.index(source) + 1


# What is drawn


def draw_state(picture: Picture, state: str) -> None:
    """A box: soft where things begin, with a double line where they end."""
    x, y = picture.centre(state)
    last = not any(state in arrow.sources for arrow in picture.arrows)
    fill = SOFT if state == picture.spine[0] else CARD
    rectangle(picture, x, y, BOX_WIDTH, BOX_HEIGHT, fill)
    if last:
        rectangle(picture, x, y, BOX_WIDTH - 8, BOX_HEIGHT - 8, fill)
    lines = balanced(picture.states[state], LETTERS_IN_BOX)
    text(picture, x, y - (len(lines) - 1) * LINE // 2 + 5, lines, bold=True)


def draw_arrow(picture: Picture, arrow: Arrow) -> None:
    """Each source finds its way to the target: straight, over a state, up and back, or down to the side."""
    row = picture.cells[arrow.target][1]
    if row > 0:
        draw_down(picture, arrow)
        return
    for source in arrow.sources:
        if picture.cells[source][1] != row:
            draw_upright(picture, arrow, source)
        elif leaps(picture, source, arrow.target):
            draw_arc(picture, arrow, source)
        elif picture.cells[source][0] + 1 == picture.cells[arrow.target][0]:
            draw_straight(picture, arrow, source)
        else:
            raise CannotDraw(f"{source} to {arrow.target}")


def draw_straight(picture: Picture, arrow: Arrow, source: str) -> None:
    """To the next state; two moves between the same states run side by side."""
    twins = [other for other in picture.arrows if other.target == arrow.target and source in other.sources]
    x, y = picture.centre(source)
    lane = twins.index(arrow)
    shift = round((lane - (len(twins) - 1) / 2) * SPREAD)
    begin, end = x + BOX_WIDTH // 2, x + STEP_X - BOX_WIDTH // 2
    line(picture, f"M{begin} {y + shift}H{end}")
    below = len(twins) > 1 and lane == len(twins) - 1
    caption(picture, arrow, (begin + end) // 2, y + shift + (LINE if below else -8), hangs=below)


def draw_arc(picture: Picture, arrow: Arrow, source: str) -> None:
    """Over the states between."""
    (x, y), (to_x, _y) = picture.centre(source), picture.centre(arrow.target)
    roof = y - BOX_HEIGHT // 2 - ARC_RISE
    line(picture, f"M{x} {y - BOX_HEIGHT // 2}V{roof + 8}q0 -8 8 -8H{to_x - 8}q8 0 8 8V{y - BOX_HEIGHT // 2}")
    caption(picture, arrow, (x + to_x) // 2, roof - 8, letters=LETTERS_ON_ARC)


def draw_upright(picture: Picture, arrow: Arrow, source: str) -> None:
    """Between the middle line and the state above it: up on the left, back down on the right, or over to the next state."""
    (x, y), (to_x, to_y) = picture.centre(source), picture.centre(arrow.target)
    up = to_y < y
    side = -1 if up else 1
    half = BOX_HEIGHT // 2
    if goes_over(picture, source, arrow.target):
        line(picture, f"M{x + BOX_WIDTH // 2} {y}H{to_x - 8}q8 0 8 8V{to_y - half}")
        caption(picture, arrow, (x + BOX_WIDTH // 2 + to_x) // 2, y - 8, letters=LETTERS_ON_ARC)
        return
    if x != to_x:
        raise CannotDraw(f"{source} to {arrow.target}")
    x += side * BOX_WIDTH // 5
    line(picture, f"M{x} {y - half}V{to_y + half}" if up else f"M{x} {y + half}V{to_y - half}")
    caption(picture, arrow, x + side * 8, min(y, to_y) + half + LINE + 4, hangs=True, anchor="end" if up else "start")


def draw_down(picture: Picture, arrow: Arrow) -> None:
    """Every source drops to one line that runs to the state below; two moves to the same state run side by side.

    A state above the middle line shares the drop of the one beneath it.
    """
    x, y = picture.centre(arrow.target)
    aside = 20 * (picture.cells[arrow.target][1] - 1)
    twins = [other for other in picture.arrows if other.target == arrow.target]
    lane = twins.index(arrow)
    shift = round((lane - (len(twins) - 1) / 2) * SPREAD)
    y += shift
    starts: dict[int, int] = {}
    for start_x, start_y in map(picture.centre, arrow.sources):
        start_x += aside - shift // 2
        starts[start_x] = max(start_y, starts.get(start_x, start_y))
    (first_x, first_y), *more = sorted(starts.items())
    for start_x, start_y in more:
        line(picture, f"M{start_x} {start_y + BOX_HEIGHT // 2}V{y}", tip=False)
    line(picture, f"M{first_x} {first_y + BOX_HEIGHT // 2}V{y - 8}q0 8 8 8H{x - BOX_WIDTH // 2}")
    below = len(twins) > 1 and lane == len(twins) - 1
    caption(picture, arrow, max(starts) + (STEP_X - BOX_WIDTH // 2) // 2 + 4, y + (LINE if below else -8), hangs=below, letters=LETTERS_ON_ARC // 2)


# The pieces of SVG


def rectangle(picture: Picture, x: int, y: int, width: int, height: int, fill: str) -> None:
    """A box around its middle."""
    picture.pieces.append(f'<rect x="{x - width // 2}" y="{y - height // 2}" width="{width}" height="{height}" rx="8" fill="{fill}" stroke="{STROKE}" stroke-width="1.5"/>')


def line(picture: Picture, path: str, *, tip: bool = True) -> None:
    """A line, as a rule with a tip."""
    end = ' marker-end="url(#tip)"' * tip
    picture.pieces.append(f'<path d="{path}" fill="none" stroke="{STROKE}" stroke-width="1.5"{end}/>')


def text(picture: Picture, x: int, y: int, lines: list[str], *, bold: bool = False, quiet: bool = False, anchor: str = "middle") -> None:
    """Lines of text, the first at y."""
    style = f'fill="{QUIET}" font-size="12"' if quiet else f'fill="{INK}"' + ' font-weight="600"' * bold
    picture.bottom = max(picture.bottom, y + (len(lines) - 1) * LINE)
    for place, words in enumerate(lines):
        if (x, y + place * LINE) in picture.written:
            raise CannotDraw(words)
        picture.written.add((x, y + place * LINE))
        picture.pieces.append(f'<text x="{x}" y="{y + place * LINE}" text-anchor="{anchor}" {style}>{escape(words)}</text>')


def caption(picture: Picture, arrow: Arrow, x: int, y: int, *, hangs: bool = False, letters: int = LETTERS_ON_LINE, anchor: str = "middle") -> None:
    """The words of a move and those who may make it: standing on y, or hanging from it."""
    words, who = balanced(arrow.words, letters), balanced(arrow.who, LETTERS_OF_SIDES)
    first = y if hangs else y - LINE * (len(words) + len(who) - 1)
    text(picture, x, first, words, anchor=anchor)
    text(picture, x, first + LINE * len(words), who, quiet=True, anchor=anchor)


def told(picture: Picture) -> Iterator[str]:
    """The picture in sentences, for whoever listens instead of looking."""
    for arrow in picture.arrows:
        sources = " / ".join(picture.states[source] for source in arrow.sources)
        yield f"{sources} → {picture.states[arrow.target]}: {arrow.words} ({arrow.who}).".replace("\N{NO-BREAK SPACE}", " ")


def listed(picture: Picture, title: str) -> str:
    """A table whose shape has no place in a picture: its moves as sentences, one below the other."""
    picture.cells = {state: (0, 0) for state in picture.states}
    for row, sentence in enumerate(told(picture)):
        text(picture, MARGIN, MARGIN + LINE + row * 2 * LINE, [sentence], anchor="start")
    longest = max(len(sentence) for sentence in told(picture))
    picture.cells["width"] = (max(0, (longest * LETTER_WIDTH - BOX_WIDTH) // STEP_X + 1), 0)
    return svg_of(picture, title)


def width_of(picture: Picture) -> int:
    """From the margin before the first column to the margin behind the last."""
    return 2 * MARGIN + BOX_WIDTH + max(column for column, _row in picture.cells.values()) * STEP_X


def svg_of(picture: Picture, title: str) -> str:
    """The finished file."""
    rows = [row for _column, row in picture.cells.values()]
    width = width_of(picture)
    height = max(picture.top + max(rows) * STEP_DOWN + BOX_HEIGHT // 2, picture.bottom) + MARGIN
    head = HEAD.format(width=width, height=height, face=FACE, title=escape(title), desc=escape(" ".join(told(picture))), stroke=STROKE, paper=PAPER)
    return head + "\n".join(picture.pieces) + "\n</svg>\n"
