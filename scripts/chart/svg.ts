/** Draws the laid out regions side by side as one SVG that follows the reader's light or dark mode. */
import { HEAD_PX, LINE_PX, type Arrow, type Box, type Layout } from './layout.ts';

const GAP_PX = 28;
const HEADING_PX = 44;

const STYLE = `
svg{--page:#ffffff;--ink:#18212f;--soft:#5d6a7e;--line:#8c99ac;--edge:#cfd7e3;--leaf:#ffffff;--group:#f4f7fb;--region:#fafbfd;--tag:#ffffff;--after:#a34a07;--error:#be2740;--inner:#6a3fc4}
@media (prefers-color-scheme:dark){svg{--page:#0f141b;--ink:#e8edf4;--soft:#9aa7b8;--line:#76849a;--edge:#364254;--leaf:#1d2632;--group:#161d27;--region:#121820;--tag:#0f141b;--after:#f0a35e;--error:#ff8596;--inner:#b79bff}}
text{font-family:Inter,'DejaVu Sans',system-ui,sans-serif;font-size:11px;fill:var(--soft)}
.page{fill:var(--page)}.heading{font-size:19px;font-weight:700;fill:var(--ink)}
.box{fill:var(--leaf);stroke:var(--edge);stroke-width:1.2}.box.group{fill:var(--group)}.box.region{fill:var(--region)}
.name{font-size:14px;font-weight:600;fill:var(--ink)}.rule{stroke:var(--edge);stroke-width:1}
.arrow{fill:none;stroke:var(--line);stroke-width:1.4}.arrow.after{stroke-dasharray:5 4;stroke:var(--after)}.arrow.error{stroke:var(--error)}.arrow.internal{stroke:var(--inner)}
.head{fill:var(--line)}.head.after{fill:var(--after)}.head.error{fill:var(--error)}.head.internal{fill:var(--inner)}
.tag{fill:var(--tag);stroke:var(--edge)}.way{text-anchor:middle}.way .event{fill:var(--ink)}.way .after{fill:var(--after)}.way .error{fill:var(--error)}.way .internal{fill:var(--inner)}
.halo text{paint-order:stroke;stroke:var(--group);stroke-width:5px;stroke-linejoin:round}.dot{fill:var(--ink)}
`.trim();

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
/** A tenth of a pixel: enough for the eye, and the same on every machine. */
const px = (value: number): string => String(Math.round(value * 10) / 10);

export interface Drawn {
  readonly heading: string;
  readonly layout: Layout;
}

export function draw(title: string, regions: readonly Drawn[]): string {
  const width = regions.reduce((sum, { layout }) => sum + layout.width + GAP_PX, GAP_PX);
  const height = Math.max(...regions.map(({ layout }) => layout.height)) + HEADING_PX + GAP_PX * 2 + 26;
  let x = GAP_PX;
  const parts = regions.map(({ heading, layout }) => {
    const at = `<g transform="translate(${px(x)} ${GAP_PX})"><text class="heading" x="10" y="24">${escape(heading)}</text><g transform="translate(0 ${HEADING_PX})">${inside(layout)}</g></g>`;
    x += layout.width + GAP_PX;
    return at;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${px(width)} ${px(height)}" width="${px(width)}" height="${px(height)}" role="img" aria-label="${escape(title)}">`,
    `<title>${escape(title)}</title>`,
    `<style>${STYLE}</style>`,
    `<defs>${['event', 'internal', 'after', 'error'].map((kind) => `<marker id="${kind}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto" markerUnits="userSpaceOnUse"><path class="head ${kind}" d="M0 .6 8 4 0 7.4z"/></marker>`).join('')}</defs>`,
    `<rect class="page" width="100%" height="100%"/>`,
    ...parts,
    `<g transform="translate(${GAP_PX + 10} ${px(height - 20)})">${legend()}</g>`,
    '</svg>', '',
  ].join('\n');
}

function inside({ boxes, arrows, dots }: Layout): string {
  const groups = boxes.filter(isGroup);
  const leaves = boxes.filter((box) => !isGroup(box));
  return [
    ...groups.map(frame), ...arrows.map(arrow), ...leaves.map(frame), ...[...groups, ...leaves].map(words),
    ...dots.map(({ x, y }) => `<circle class="dot" cx="${px(x)}" cy="${px(y)}" r="5"/>`),
    ...arrows.map(tag),
  ].filter(Boolean).join('\n');
}

const isGroup = ({ state }: Box): boolean => state.children.length > 0;

function frame(box: Box): string {
  const { state, depth, x, y, width, height } = box;
  const rule = isGroup(box) ? `<path class="rule" d="M${px(x)} ${px(y + HEAD_PX)}h${px(width)}"/>` : '';
  return `<g><title>${escape(state.description)}</title><rect class="box ${depth === 0 ? 'region' : isGroup(box) ? 'group' : ''}" x="${px(x)}" y="${px(y)}" width="${px(width)}" height="${px(height)}" rx="9"/>${rule}</g>`;
}

/** Above the arrows, with a halo: one may have to pass a group's name. */
function words(box: Box): string {
  const { state, x, y } = box;
  const lines = state.lines.map((line, index) => `<text x="${px(x + 14)}" y="${px(y + HEAD_PX + 13 + index * LINE_PX)}">${escape(line)}</text>`);
  return `<g${isGroup(box) ? ' class="halo"' : ''}><text class="name" x="${px(x + 14)}" y="${px(y + 20)}">${escape(state.name)}</text>${lines.join('')}</g>`;
}

/** An arrow has a colour of its own only where all of its ways are of that kind. */
const kindOf = ({ edge }: Arrow): string => {
  const kinds = new Set(edge?.ways.map(({ kind }) => kind));
  return kinds.size === 1 ? [...kinds].join('') : 'event';
};

function arrow(one: Arrow): string {
  return `<path class="arrow ${kindOf(one)}" d="${rounded(one.points)}" marker-end="url(#${kindOf(one)})"/>`;
}

function tag({ edge, label }: Arrow): string {
  if (edge === null || label === null) return '';
  const ways = edge.ways.map(({ label: text, guard, kind }, index) =>
    `<text class="way" x="${px(label.x + label.width / 2)}" y="${px(label.y + 14 + index * LINE_PX)}"><tspan class="${kind}">${escape(text)}</tspan>${guard === null ? '' : ` [${escape(guard)}]`}</text>`);
  return `<g><rect class="tag" x="${px(label.x)}" y="${px(label.y)}" width="${px(label.width)}" height="${px(label.height)}" rx="5"/>${ways.join('')}</g>`;
}

function rounded(points: Arrow['points'], radius = 7): string {
  return points.map((point, index) => {
    const before = points[index - 1];
    const after = points[index + 1];
    if (before === undefined) return `M${px(point.x)} ${px(point.y)}`;
    if (after === undefined) return `L${px(point.x)} ${px(point.y)}`;
    const [inLength, outLength] = [Math.hypot(point.x - before.x, point.y - before.y), Math.hypot(after.x - point.x, after.y - point.y)];
    const cut = Math.min(radius, inLength / 2, outLength / 2);
    if (cut === 0) return `L${px(point.x)} ${px(point.y)}`;
    const from = { x: point.x - (point.x - before.x) / inLength * cut, y: point.y - (point.y - before.y) / inLength * cut };
    const to = { x: point.x + (after.x - point.x) / outLength * cut, y: point.y + (after.y - point.y) / outLength * cut };
    return `L${px(from.x)} ${px(from.y)}Q${px(point.x)} ${px(point.y)} ${px(to.x)} ${px(to.y)}`;
  }).join('');
}

function legend(): string {
  const items = [['event', 'command or report'], ['internal', 'one region tells the other'], ['after', 'timer, by the default policy'], ['error', 'effect that threw']] as const;
  return items.map(([kind, text], index) =>
    `<path class="arrow ${kind}" d="M${index * 230} -4h36" marker-end="url(#${kind})"/><text x="${index * 230 + 44}" y="0">${text}</text>`).join('');
}
