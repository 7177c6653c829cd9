import * as v from 'valibot';
import { isPattern } from './pattern.ts';
import { nameSchema, roleSchema } from './records.ts';

const patternsSchema = v.pipe(
  v.array(v.pipe(v.string(), v.check(isPattern, 'a pattern has words between slashes, * in a word, ** at its end'))),
  v.minLength(1, 'leave it out to allow all'),
  v.maxLength(32, '32 patterns at most'),
);

/** `POST /api/access/pair`. The name is what the code was made for, unless it is given. */
export const pairBodySchema = v.object({ code: v.pipe(v.string(), v.maxLength(40)), name: v.optional(nameSchema) });

/** `POST /api/access/codes` */
export const codeBodySchema = v.object({ role: roleSchema, name: nameSchema });

/** `POST /api/access/tokens` */
export const tokenBodySchema = v.object({
  name: nameSchema,
  role: roleSchema,
  days: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(3_650)), 365),
  channels: v.optional(patternsSchema),
  boards: v.optional(patternsSchema),
});

/** What is wrong with a body, by the name of its field. */
export function issueOf(issues: readonly v.BaseIssue<unknown>[]): string {
  const [issue] = issues;
  const field = issue === undefined ? null : v.getDotPath(issue);
  return `${field === null ? '' : `${field}: `}${issue?.message ?? 'not as expected'}`;
}
