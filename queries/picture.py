"""A network as a picture: in a notebook, as HTML that needs no network, as SVG, as a NetworkX graph.

pyvis is in the extra `notebooks`. Its page is written with everything in line and the content-delivery tags that
`cdn_resources="in_line"` still leaves are removed (WestHealth/pyvis issues 228 and 229): behind a firewall that
drops packets they keep the page blank for as long as the firewall holds them.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx

from graph.errors import ConfigError
from queries.results import Network, Party, Relation
from queries.style import DASHES, KINDS, NOTICE, RELATIONS, RINGS, short_name

if TYPE_CHECKING:
    from pyvis.network import Network as PyvisNetwork

CAP = 300
"""Named parties that stay readable on one picture (measured: at 1,000 every library draws a smear)."""
SYMMETRIC = ("HIDDEN_LINK",)
"""Relations without direction: no arrow."""
_REMOTE = re.compile(
    r"<(?:script|link)\b[^>]*\b(?:src|href)\s*=\s*[\"']https?://[^>]*>(?:\s*</script>)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawable network. Showing it in a notebook draws it; nothing is fetched from anywhere."""

    network: Network
    title: str = ""

    def to_networkx(self) -> nx.MultiDiGraph[str]:
        """The network as a NetworkX graph with all fields as attributes."""
        net: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        for p in self.network.parties:
            net.add_node(p.id, kind=p.kind, name=p.name, score=p.score, risk_class=p.risk_class)
        for r in self.network.relations:
            net.add_edge(
                r.source, r.target, key=r.id, type=r.type, standing=r.standing, count=r.count, percent=r.percent
            )
        return net

    def to_pyvis(self) -> PyvisNetwork:
        """The network as a pyvis network: given positions, no physics."""
        try:
            from pyvis.network import Network as Pyvis
        except ImportError as error:
            raise ConfigError("drawing needs pyvis: pip install 'creditnet[notebooks]'") from error
        drawn = Pyvis(height="620px", width="100%", directed=True, cdn_resources="in_line")
        drawn.toggle_physics(False)
        shown = {p.id for p in self._capped()}
        for party in self._capped():
            drawn.add_node(party.id, **self._node(party))
        for relation in self.network.relations:
            if relation.source in shown and relation.target in shown:
                drawn.add_edge(relation.source, relation.target, **_edge(relation))
        return drawn

    def to_html(self) -> str:
        """A page of its own that makes no request."""
        page = _REMOTE.sub("", self.to_pyvis().generate_html(notebook=False))
        heading = f"<h2>{html.escape(self.title)}</h2>" if self.title else ""
        caption = f'<p style="font:14px sans-serif;color:#7a4b00">⚠ {NOTICE} · {self._counts()}</p>'
        return page.replace("<body>", f"<body>{heading}", 1).replace("</body>", f"{caption}</body>", 1)

    def save(self, path: Path) -> None:
        """Write the page as UTF-8 (pyvis' own writer uses the system's encoding)."""
        path.write_text(self.to_html(), encoding="utf-8")

    def to_svg(self, width: int = 900, height: int = 560) -> str:
        """The picture as SVG text, for print and where no script may run."""
        at = _fit(self.network, width, height)
        lines = [_line(r, at) for r in self.network.relations if r.source in at and r.target in at]
        marks = [_mark(p, *at[p.id]) for p in self._capped() if p.id in at]
        note = f'<text x="8" y="{height - 8}" font-size="12" fill="#7a4b00">⚠ {NOTICE} · {self._counts()}</text>'
        size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}" font-family="sans-serif"'
        paper = '<rect width="100%" height="100%" fill="#fff"/>'
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{paper}{"".join(lines + marks)}{note}</svg>'

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:  # noqa: ANN401 - IPython's protocol
        page = html.escape(self.to_html())
        frame = f'<iframe sandbox="allow-scripts" width="100%" height="700" style="border:0" srcdoc="{page}"></iframe>'
        return {"text/html": frame, "image/svg+xml": self.to_svg(), "text/plain": self._counts()}

    def _capped(self) -> tuple[Party, ...]:
        parties = sorted(self.network.parties, key=lambda p: (-(p.score or 0), -p.links, p.id))
        return tuple(parties[:CAP])

    def _counts(self) -> str:
        parties, relations = len(self.network.parties), len(self.network.relations)
        rest = f"（另有 {parties - CAP} 个未画出）" if parties > CAP else ""
        return f"{min(parties, CAP)} 个主体{rest} · {relations} 条关系"

    def _node(self, party: Party) -> dict[str, Any]:
        style = KINDS[party.kind]
        ring, width = RINGS.get(party.risk_class or "", (style.colour, 1))
        x, y = self.network.positions.get(party.id, (0.0, 0.0))
        name = short_name(party.name)
        grade = f" · {party.risk_class} {party.score:.0f}" if party.score is not None else ""
        return {
            "label": f"{name}\n[{party.risk_class}]" if party.risk_class in RINGS else name,
            "font": {"size": 26, "strokeWidth": 5, "strokeColor": "#ffffff"},  # legible when fitted to the frame
            "title": f"{party.name}\n{style.name}{grade} · {party.links} 条关系",
            "shape": style.shape,
            "color": {"background": style.colour, "border": ring},
            "borderWidth": width,
            "size": 28 if party.risk_class in RINGS else 22,
            "x": x * 420,
            "y": y * 420,
            "physics": False,
        }


def _edge(relation: Relation) -> dict[str, Any]:
    name, colour = RELATIONS.get(relation.type, (relation.type, "#667"))
    times = f" ×{relation.count}" if relation.count > 1 else ""
    return {
        "title": f"{name}{times} {relation.label or ''}".strip(),
        "label": name if relation.standing == "inferred" else "",
        "color": {"color": colour, "opacity": 0.45 if relation.standing == "recorded" else 0.8},
        "arrowStrikethrough": False,
        "arrows": {"to": {"enabled": relation.type not in SYMMETRIC, "scaleFactor": 0.5}},
        "dashes": DASHES[relation.standing],
        "width": min(1 + relation.count**0.5 / 2, 6),
    }


def _fit(network: Network, width: int, height: int) -> dict[str, tuple[float, float]]:
    if not network.positions:
        return {}
    xs, ys = zip(*network.positions.values(), strict=True)
    span_x, span_y = (max(xs) - min(xs)) or 1, (max(ys) - min(ys)) or 1
    return {
        key: (60 + (x - min(xs)) / span_x * (width - 120), 40 + (y - min(ys)) / span_y * (height - 100))
        for key, (x, y) in network.positions.items()
    }


def _line(relation: Relation, at: dict[str, tuple[float, float]]) -> str:
    (x1, y1), (x2, y2) = at[relation.source], at[relation.target]
    dash = {"recorded": "", "inferred": ' stroke-dasharray="7 5"', "context": ' stroke-dasharray="2 4"'}[
        relation.standing
    ]
    colour = RELATIONS.get(relation.type, ("", "#667"))[1]
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" stroke-width="1.4"{dash}/>'


def _mark(party: Party, x: float, y: float) -> str:
    style = KINDS[party.kind]
    ring, width = RINGS.get(party.risk_class or "", ("#fff", 1))
    look = f'fill="{style.colour}" stroke="{ring}" stroke-width="{width}"'
    shape = {
        "Company": f'<rect x="{x - 9:.1f}" y="{y - 9:.1f}" width="18" height="18" rx="4" {look}/>',
        "Complainant": f'<path d="M{x:.1f} {y - 11:.1f}l11 11-11 11-11-11z" {look}/>',
        "Shop": f'<path d="M{x - 9:.1f} {y - 9:.1f}h18v8l-9 11-9-11z" {look}/>',
        "Platform": f'<path d="M{x - 10:.1f} {y:.1f}l5-9h10l5 9-5 9h-10z" {look}/>',
    }.get(party.kind, f'<circle cx="{x:.1f}" cy="{y:.1f}" r="9" {look}/>')
    name = html.escape(short_name(party.name))
    letter = f" [{party.risk_class}]" if party.risk_class in RINGS else ""
    return f'{shape}<text x="{x:.1f}" y="{y + 24:.1f}" font-size="11" text-anchor="middle">{name}{letter}</text>'
