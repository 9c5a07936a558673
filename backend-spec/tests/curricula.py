"""Hypothesis strategies: invented courses of study, and the styles in which they are printed."""

from hypothesis import strategies as st
from reportlab.lib.pagesizes import A4, letter

from tests.fixtures.curriculum import Standard
from tests.fixtures.layouts import TURNS, Layout, Style

GRADES = {
    "PK": "Pre-Kindergarten",
    "K": "Kindergarten",
    "1": "First Grade",
    "2": "Grade 2",
    "3": "3rd Grade",
    "8": "Grade 8",
    "12": "Grade 12",
    "9-12": "Grades 9-12",
    "BE": "High School – Beginning",
    "AD": "High School – Advanced",
}
STRANDS = {"CN": "Connect", "CR": "Create", "ML": "Musical Literacy", "RE": "Respond", "CXR": "Contextual Relevancy"}
WORDS = [
    "sing",
    "play",
    "read",
    "rhythm",
    "melody",
    "steady",
    "beat",
    "songs",
    "community",
    "solfège",
    "Bartók",
    "José",
    "über",
    "call-and-response",
    "4/4",
    "2–4",
    "meter",
    "1950",
    "form:",
    "“echo”",
    "AB",
    "tempo;",
    "dynamics",
    "do-re-mi",
    "it's",
    "a",
    "I",
    "of",
    "the",
    "and",
    "with",
    "in",
    "rondo",
    "loud/quiet",
    "100%",
    "Grade",
    "3",
    "Connect",
]


WORDS += ["folk", "(ta, ti-ti)", "(see below)"]


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A sentence or less, of two to fifty words."""
    words = draw(st.lists(st.sampled_from(WORDS), max_size=48))
    end = draw(st.sampled_from([".", "", "!", " (K–2).", "…"]))
    return " ".join([draw(st.sampled_from(["Describe", "sing"])), *words, "songs"]) + end


@st.composite
def curricula(draw: st.DrawFn) -> list[Standard]:
    """One to twelve standards with up to four objectives each, by grade and strand as documents have them."""
    found: list[Standard] = []
    place = st.tuples(st.sampled_from([*GRADES]), st.sampled_from([*STRANDS]))
    places = draw(st.lists(place, min_size=1, max_size=4, unique=True))
    for grade, strand in sorted(places, key=lambda place: [*GRADES].index(place[0])):
        for number in sorted(draw(st.sets(st.integers(1, 20), min_size=1, max_size=3))):
            code = f"{grade}.{strand}.{number}"
            objectives = tuple((f"{code}.{n}", draw(texts())) for n in sorted(draw(st.sets(st.integers(1, 15), max_size=4))))
            found.append(Standard(code, draw(texts()), objectives))
    # a text that speaks of another standard
    if len(found) > 1 and draw(st.booleans()):
        first = found[0]
        found[0] = Standard(first.code, f"{first.text} Compare with {found[-1].code} and sing.", first.objectives)
    return found


def styles(layout: Layout) -> st.SearchStrategy[Style]:
    """Any way to print this layout."""
    # a wide margin makes pages short, so that more is broken over them; in two columns, words would not fit
    margins = [54.0] if layout in ("pairs", "columns") else [54.0, 150.0]
    return st.builds(
        Style,
        st.just(layout),
        st.sampled_from(TURNS),
        st.sampled_from([8.0, 9.5, 11.0]),
        st.sampled_from([letter, A4]),
        st.sampled_from(margins),
        repeats=st.booleans(),
        short_codes=st.booleans(),
    )
