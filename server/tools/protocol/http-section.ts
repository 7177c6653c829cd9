import { type ApiOptions, apiRoutes } from '../../api/api.ts';
import { auditRoute } from '../../api/audit.ts';
import { openApi } from '../../api/openapi.ts';
import { DEFAULT_LIMITS } from '../../config.ts';
import type { Audit } from '../../relay/audit.ts';
import { table } from './tables.ts';

interface Operation {
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly description?: string;
    readonly schema: Readonly<Record<string, unknown>>;
  }[];
  readonly requestBody?: unknown;
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
}

/** Every route of `/api` that has to do with channels, from the document that the server serves. */
export function httpSection(words: Readonly<Record<string, string>>): string {
  // Routes only look at the limits until they are asked something.
  const more = [auditRoute(undefined as unknown as Audit)];
  const options = { context: { limits: DEFAULT_LIMITS }, more } as unknown as ApiOptions;
  const { paths } = openApi(apiRoutes(options), '1') as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  };
  return Object.entries(paths)
    .flatMap(([path, methods]) => Object.entries(methods).map(([method, one]) => operation(method, path, one, words)))
    .join('\n\n');
}

function operation(method: string, path: string, one: Operation, words: Readonly<Record<string, string>>): string {
  const title = `### ${method.toUpperCase()} ${path}`;
  const parameters = one.parameters
    .filter(({ name }) => name !== 'channel')
    .map(({ name, in: where, required, description, schema }) => {
      const { pattern, enum: choices } = schema as { readonly pattern?: string; readonly enum?: readonly string[] };
      const type = choices ? choices.map((choice) => `\`${choice}\``).join(', ') : pattern ? `\`${pattern}\`` : '';
      const meaning = description ?? words[`${path} ${name}`] ?? words[name];
      if (meaning === undefined) throw new Error(`${method} ${path}: nobody says what ${name} means`);
      return [`\`${name}\``, where, required ? 'yes' : '', type, meaning];
    });
  const answers = Object.entries(one.responses).map(([status, { description }]) => [status, description]);
  return [
    title,
    `${one.summary}. ${one.description}`,
    ...(parameters.length > 0 ? [table(['parameter', 'in', 'required', 'values', 'meaning'], parameters)] : []),
    table(['status', 'means'], answers),
  ].join('\n\n');
}

/** Parameters, whose meaning the schemas only say in comments. */
export const PARAMETER_WORDS: Readonly<Record<string, string>> = {
  since: '`EPOCH:OFFSET`: go on from this cursor',
  from: 'published (samples: measured) at this moment or later, EpochMs',
  to: 'and before this one',
  limit:
    'records at most (1,000 unless given, 10,000 at most); of samples about so many rows, since batches come whole',
  every: 'samples: min, max and last of each series per this many ms',
  by: 'what comes first: most bytes waiting, furthest behind, most left out, youngest',
  '/api/audit since': 'at this moment or later, EpochMs',
  '/api/audit until': 'before this moment, EpochMs',
  '/api/audit limit': 'records at most (1,000 unless given, 100,000 at most)',
  board: 'of this board',
  who: 'public id or name of who did it',
  format: 'as JSON, or as a file',
  '/api/connections limit': 'connections shown (100 unless given, 1,000 at most)',
};
