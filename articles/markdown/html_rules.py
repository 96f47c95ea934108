"""Events of HTML elements → HTML."""

from articles.markdown import directions
from articles.markdown.escaping import attribute
from articles.markdown.html_attributes import Element
from articles.markdown.raw_events import Event
from articles.markdown.state import RenderState

# Text in these is no place for links of our own.
CODE = frozenset(("code", "kbd", "pre", "samp"))


def inline_element(state: RenderState, event: Event) -> None:
    if event.edge == "end":
        state.write(f"</{event.value}>")
        state.in_code -= event.value in CODE
        return
    element: Element = event.value
    state.in_code += element.name in CODE
    direction = f' dir="{element.direction}"' if element.direction else ""
    state.write(f"<{element.name}{element.attributes}{direction}>")


def block_element(state: RenderState, event: Event) -> None:
    state.end_block()
    if event.edge == "end":
        state.write("</table></div>\n" if event.value == "table" else f"</{event.value}>\n")
        state.in_code -= event.value in CODE
        return
    element: Element = event.value
    state.in_code += element.name in CODE
    if element.name == "table":
        begin_table(state)
    elif element.name == "pre":
        state.write('<pre tabindex="0">')
    elif element.name in directions.LISTS | directions.ITEMS:
        state.write(f"<{element.name}{state.id_attribute()}>")
        if element.name in directions.ITEMS:
            state.isolate_item(state.direction_attribute())
    else:
        computed = state.dir_attribute()
        direction = f' dir="{element.direction}"' if element.direction else computed
        state.write(f"<{element.name}{element.attributes}{direction}>")


def begin_table(state: RenderState) -> None:
    """Begin a table in a region that scrolls."""
    state.tables += 1
    label = attribute(f"{state.labels['table']} {state.tables}")
    region = f'class="table" role="region" tabindex="0" aria-label="{label}"'
    state.write(f"<div {region}{state.dir_attribute()}><table>\n")


def void_element(state: RenderState, event: Event) -> None:
    state.write(f"<{event.value}>")
    if event.value == "br":
        state.add_text(" ")


def anchor(state: RenderState, event: Event) -> None:
    """Write the target of links to an id. A link can't contain another ``a``."""
    tag = "span" if state.in_link else "a"
    state.write(f'<{tag} id="{state.id_for(event.value)}"></{tag}>')


def dropped(state: RenderState, event: Event) -> None:
    state.dropped.append((event.value, event.start))


RULES = {
    "Anchor": anchor,
    "BlockElement": block_element,
    "Break": void_element,
    "Dropped": dropped,
    "Element": inline_element,
}
