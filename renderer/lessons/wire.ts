/** The shapes of lessons as the backend sends them, checked where they enter. */
import * as v from 'valibot';

const activitySchema = v.object({ title: v.string(), minutes: v.number(), text: v.string() });
export type Activity = v.InferOutput<typeof activitySchema>;

const contentSchema = v.object({
  title: v.string(),
  grade: v.string(),
  overview: v.string(),
  standards: v.array(v.string()),
  objectives: v.array(v.string()),
  activities: v.array(activitySchema),
  materials: v.array(v.string()),
  images: v.array(v.string()),
  notes: v.string(),
});
/** What a lesson holds, as it is typed: the title may still be missing. */
export type Content = v.InferOutput<typeof contentSchema>;

const linkedSchema = v.object({ code: v.string(), text: v.string(), grade: v.string(), strand: v.string(), known: v.boolean() });
export type Linked = v.InferOutput<typeof linkedSchema>;

const lessonSchema = v.object({
  id: v.string(),
  version: v.number(),
  content: contentSchema,
  standards: v.array(linkedSchema),
  minutes: v.number(),
  created_at: v.string(),
  updated_at: v.string(),
  draft: v.nullable(v.object({ content: contentSchema, base_version: v.number(), saved_at: v.string() })),
});
export type Lesson = v.InferOutput<typeof lessonSchema>;

const listedSchema = v.object({
  id: v.string(),
  title: v.string(),
  grade: v.string(),
  minutes: v.number(),
  standards: v.array(v.string()),
  version: v.number(),
  has_draft: v.boolean(),
  updated_at: v.string(),
});
export type ListedLesson = v.InferOutput<typeof listedSchema>;

const listSchema = v.object({ lessons: v.array(listedSchema), total: v.number() });
export type LessonPage = v.InferOutput<typeof listSchema>;

const versionsSchema = v.object({ versions: v.array(v.object({ version: v.number(), saved_at: v.string(), title: v.string() })) });
export type ListedVersion = v.InferOutput<typeof versionsSchema>['versions'][number];

const imageSchema = v.object({ id: v.string(), name: v.string(), type: v.string(), width: v.number(), height: v.number(), size: v.number(), added_at: v.string() });
export type LessonImage = v.InferOutput<typeof imageSchema>;

const modelSchema = v.object({ base_url: v.string(), name: v.string() });
export type Model = v.InferOutput<typeof modelSchema>;

const newDraftSchema = v.object({ content: contentSchema });
const textSchema = v.object({ text: v.string() });
const problemSchema = v.object({ code: v.string(), detail: v.string() });

export const readLesson = (value: unknown): Lesson => v.parse(lessonSchema, value);
export const readLessonPage = (value: unknown): LessonPage => v.parse(listSchema, value);
export const readVersions = (value: unknown): ListedVersion[] => v.parse(versionsSchema, value).versions;
export const readVersionContent = (value: unknown): Content => v.parse(newDraftSchema, value).content;
export const readImage = (value: unknown): LessonImage => v.parse(imageSchema, value);
export const readImages = (value: unknown): LessonImage[] => v.parse(v.object({ images: v.array(imageSchema) }), value).images;
export const readModel = (value: unknown): Model => v.parse(modelSchema, value);
export const readModels = (value: unknown): string[] => v.parse(v.object({ models: v.array(v.string()) }), value).models;
export const readNewDraft = readVersionContent;
export const readText = (value: unknown): string => v.parse(textSchema, value).text;
export const readProblem = (value: unknown): { code: string; detail: string } => v.parse(problemSchema, value);
/** Null where what was kept is no lesson: an older page may have kept it. */
export function readContent(value: unknown): Content | null {
  const result = v.safeParse(contentSchema, value);
  return result.success ? result.output : null;
}

export const EMPTY: Content = {
  title: '', grade: '', overview: '', standards: [], objectives: [], activities: [], materials: [], images: [], notes: '',
};
export const minutesOf = ({ activities }: Pick<Content, 'activities'>): number => activities.reduce((sum, { minutes }) => sum + minutes, 0);
export const isSame = (one: Content, other: Content): boolean => JSON.stringify(one) === JSON.stringify(other);
