/** The shapes that the backend sends, checked where they enter so that the rest of the page can trust them. */
import * as v from 'valibot';

const formatSchema = v.picklist(['pdf', 'csv', 'text']);
export type DocumentFormat = v.InferOutput<typeof formatSchema>;

const documentSchema = v.object({
  id: v.string(),
  name: v.string(),
  format: formatSchema,
  size: v.number(),
  state: v.picklist(['queued', 'importing', 'imported', 'failed']),
  page: v.number(),
  pages: v.nullable(v.number()),
  standards: v.number(),
  objectives: v.number(),
  unread: v.array(v.object({ at: v.number(), found: v.string(), allowed: v.string() })),
  error: v.nullable(v.object({ code: v.string(), detail: v.string() })),
  added_at: v.string(),
});
export type LibraryDocument = v.InferOutput<typeof documentSchema>;

const hitSchema = v.object({
  code: v.string(),
  kind: v.picklist(['standard', 'objective']),
  grade: v.string(),
  strand: v.string(),
  strand_name: v.string(),
  text: v.string(),
  segments: v.array(v.object({ text: v.string(), match: v.boolean() })),
  document_id: v.string(),
  document_name: v.string(),
  document_format: formatSchema,
  page: v.number(),
});
export type Hit = v.InferOutput<typeof hitSchema>;

const searchSchema = v.object({
  total: v.number(),
  hits: v.array(hitSchema),
  grades: v.array(v.string()),
  strands: v.array(v.object({ code: v.string(), name: v.string() })),
});
export type SearchAnswer = v.InferOutput<typeof searchSchema>;

const eventSchema = v.variant('type', [
  v.object({ type: v.literal('documents'), documents: v.array(documentSchema) }),
  v.object({ type: v.literal('document'), document: documentSchema }),
  v.object({ type: v.literal('removed'), id: v.string() }),
]);
export type LibraryEvent = v.InferOutput<typeof eventSchema>;

export const readDocument = (value: unknown): LibraryDocument => v.parse(documentSchema, value);
export const readSearchAnswer = (value: unknown): SearchAnswer => v.parse(searchSchema, value);

/** Null for an event of a kind that this page does not know: a newer backend may say more. */
export function readEvent(text: string): LibraryEvent | null {
  try {
    const result = v.safeParse(eventSchema, JSON.parse(text));
    return result.success ? result.output : null;
  } catch {
    return null;
  }
}
