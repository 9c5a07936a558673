/** Where everything stands: elkjs lays each region out by itself, so that neither bends the other. */
import ELK, { type ElkExtendedEdge, type ElkNode, type ElkPoint } from 'elkjs/lib/elk.bundled.js';
import type { Edge, Region, State } from './model.ts';

export const LINE_PX = 15;
export const HEAD_PX = 30;

export interface Box {
  readonly state: State;
  readonly depth: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
export interface Arrow {
  readonly edge: Edge | null;
  readonly points: readonly ElkPoint[];
  readonly label: { readonly x: number; readonly y: number; readonly width: number; readonly height: number } | null;
}
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
  readonly dots: readonly ElkPoint[];
}

/** Generous for Inter and DejaVu Sans both: a picture that is measured too narrow overlaps. */
export const widthOf = (text: string, sizePx: number): number =>
  Math.ceil(text.split('').reduce((sum, char) => sum + (/[iljtf.:,'|!()[\] ]/.test(char) ? 0.36 : /[mwMW→▷]/.test(char) ? 0.95 : /[A-Z_]/.test(char) ? 0.7 : 0.6), 0) * sizePx);

const OPTIONS = {
  'elk.algorithm': 'layered', 'elk.direction': 'DOWN', 'elk.hierarchyHandling': 'INCLUDE_CHILDREN', 'elk.edgeRouting': 'ORTHOGONAL',
  'elk.json.edgeCoords': 'ROOT', 'elk.json.shapeCoords': 'ROOT', 'elk.randomSeed': '1',
  'elk.layered.spacing.nodeNodeBetweenLayers': '30', 'elk.spacing.nodeNode': '34', 'elk.spacing.edgeNode': '16', 'elk.spacing.edgeEdge': '12',
  'elk.spacing.edgeLabel': '4', 'elk.layered.spacing.edgeNodeBetweenLayers': '14', 'elk.layered.spacing.edgeEdgeBetweenLayers': '12',
  'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF', 'elk.layered.nodePlacement.bk.fixedAlignment': 'BALANCED',
  'elk.layered.nodePlacement.favorStraightEdges': 'true', 'elk.layered.crossingMinimization.strategy': 'LAYER_SWEEP', 'elk.layered.thoroughness': '60',
  'elk.layered.edgeLabels.sideSelection': 'SMART_DOWN',
};

const initialId = (state: State): string => `${state.id}::initial`;

export async function layOut({ state, edges }: Region): Promise<Layout> {
  const states = new Map(flat(state).map((entry, rank) => [entry.state.id, { ...entry, rank }]));
  const rank = (id: string): number => states.get(id)?.rank ?? 0;
  const backwards = new Set(edges.filter(({ source, target }) => rank(source) > rank(target)).map(({ id }) => id));
  const drawn: ElkExtendedEdge[] = [
    ...flat(state).flatMap(({ state: { initial, ...rest } }) => (initial === null ? [] : [{ id: `${rest.id}::start`, sources: [`${rest.id}::initial`], targets: [initial] }])),
    ...edges.map(({ id, source, target, ways }) => ({
      id, ...(backwards.has(id) ? { sources: [target], targets: [source] } : { sources: [source], targets: [target] }),
      labels: [{
        id: `${id}::label`, text: id, width: Math.max(...ways.map(({ label, guard }) => widthOf(guard === null ? label : `${label} [${guard}]`, 11))) + 14,
        height: ways.length * LINE_PX + 6, layoutOptions: { 'elk.edgeLabels.inline': 'true' },
      }],
    })),
  ];
  const graph: ElkNode = await new ELK().layout({ id: 'picture', layoutOptions: { ...OPTIONS, 'elk.padding': '[top=8,left=8,bottom=8,right=8]' }, children: [elkNode(state)], edges: drawn });
  const boxes: Box[] = [];
  const dots: ElkPoint[] = [];
  const seenEdges: ElkExtendedEdge[] = [];
  const walk = (node: ElkNode, depth: number): void => {
    seenEdges.push(...(node.edges ?? []));
    const found = states.get(node.id);
    const { x = 0, y = 0, width = 0, height = 0 } = node;
    if (found !== undefined) boxes.push({ state: found.state, depth, x, y, width, height });
    else if (node.id.endsWith('::initial')) dots.push({ x: x + width / 2, y: y + height / 2 });
    for (const child of node.children ?? []) walk(child, depth + 1);
  };
  walk(graph, -1);
  const byId = new Map(edges.map((edge) => [edge.id, edge]));
  const arrows = seenEdges.flatMap(({ id, sections = [], labels = [] }) => sections.map((section, index): Arrow => {
    const points = [section.startPoint, ...(section.bendPoints ?? []), section.endPoint];
    const label = labels[index];
    return {
      edge: byId.get(id) ?? null, points: backwards.has(id) ? points.toReversed() : points,
      label: label === undefined ? null : { x: label.x ?? 0, y: label.y ?? 0, width: label.width ?? 0, height: label.height ?? 0 },
    };
  }));
  return { width: graph.width ?? 0, height: graph.height ?? 0, boxes, arrows, dots };
}

function elkNode(state: State): ElkNode {
  const width = Math.max(widthOf(state.name, 14) + 44, ...state.lines.map((line) => widthOf(line, 11) + 30), 104);
  const top = HEAD_PX + state.lines.length * LINE_PX + (state.lines.length > 0 ? 8 : 0);
  if (state.children.length === 0) return { id: state.id, width, height: top + 4 };
  return {
    id: state.id,
    layoutOptions: {
      ...OPTIONS, 'elk.padding': `[top=${top + 16},left=20,bottom=18,right=20]`,
      'elk.nodeSize.constraints': 'MINIMUM_SIZE', 'elk.nodeSize.minimum': `(${width},${top})`,
    },
    children: [...(state.initial === null ? [] : [{ id: initialId(state), width: 12, height: 12 }]), ...state.children.map(elkNode)],
  };
}

const flat = (state: State): { state: State }[] => [{ state }, ...state.children.flatMap(flat)];
