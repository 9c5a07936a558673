/** Writes a valibot schema as people read types: `{ name: string; pages: number ≥ 0 }`. */
import type * as v from 'valibot';

/** What of a schema is read here. */
interface Readable {
  readonly kind: string;
  readonly type: string;
  readonly expects: string | null;
  readonly title?: string;
  readonly pipe?: readonly Readable[];
  readonly entries?: Readonly<Record<string, Readable>>;
  readonly item?: Readable;
  readonly items?: readonly Readable[];
  readonly wrapped?: Readable;
  readonly options?: readonly (Readable | string)[];
}

/** The names of the shapes on the way, with their text. */
export type Named = Map<string, string>;

/** The schema's type; what has a title stands under it in `named`, once. */
export function typeOf(schema: v.GenericSchema, named: Named): string {
  return write(schema, named);
}

function write(schema: Readable, named: Named): string {
  const [base, ...actions] = schema.pipe ?? [schema];
  if (base === undefined) throw new Error('A pipe without a schema');
  const title = actions.find(({ type }) => type === 'title')?.title;
  const bounds = actions.filter(({ kind, expects }) => kind === 'validation' && expects !== null && /^[<>]/.test(expects)).map(({ expects }) => ` ${expects?.replace('>=', '≥ ').replace('<=', '≤ ')}`).join('');
  const text = (base === schema ? plain(schema, named) : write(base, named)) + bounds;
  if (title === undefined) return text;
  named.set(title, text);
  return title;
}

function plain(schema: Readable, named: Named): string {
  switch (schema.type) {
    case 'strict_object':
      return `{ ${Object.entries(schema.entries ?? {}).map(([name, entry]) => `${name}: ${write(entry, named)}`).join('; ')} }`;
    case 'strict_tuple':
      return `[${(schema.items ?? []).map((item) => write(item, named)).join(', ')}]`;
    case 'array':
      return `list of ${schema.item === undefined ? 'anything' : write(schema.item, named)}`;
    case 'nullable':
      return `${schema.wrapped === undefined ? 'anything' : write(schema.wrapped, named)} | null`;
    case 'union':
      return (schema.options ?? []).map((option) => (typeof option === 'string' ? option : write(option, named))).join(' | ');
    case 'picklist':
      return (schema.options ?? []).flatMap((option) => (typeof option === 'string' ? [`'${option}'`] : [])).join(' | ');
    case 'void':
      return 'nothing';
    case 'string': case 'number': case 'boolean': case 'instance': case 'literal': case 'null':
      return schema.expects ?? schema.type;
    default:
      // A loose object, for one, would let through what nobody looks at.
      throw new Error(`The bridge takes no schema "${schema.type}": use shape, list and plain values, or teach scripts/bridge/shape.ts`);
  }
}
