import { toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import type { Route } from './route.ts';

const ERROR = {
  type: 'object',
  required: ['code', 'message'],
  properties: {
    code: { type: 'string', description: 'For matching; see the list in docs/protocol.md.' },
    message: { type: 'string', description: 'What is wrong, in English, for logs.' },
    retryAfterMs: { type: 'integer', description: 'When to come back.' },
  },
};

/** The document that describes these routes, from the same schemas that check what they are asked. */
export function openApi(routes: readonly Route[], version: string): unknown {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const one of routes) {
    const ofPath = paths[one.path] ?? {};
    ofPath[one.method.toLowerCase()] = operationOf(one);
    paths[one.path] = ofPath;
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Hyphae',
      version,
      description: 'The HTTP side of the relay. What flows on `/live` and `/sse` is described in docs/protocol.md.',
    },
    paths,
    components: {
      schemas: { Error: ERROR },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'A service token.' },
        session: { type: 'apiKey', in: 'cookie', name: 'hyphae', description: 'A paired browser.' },
      },
    },
    security: [{ token: [] }, { session: [] }, {}],
  };
}

function operationOf(one: Route): unknown {
  const parameters = [
    ...(one.path.includes('{channel}')
      ? [
          {
            name: 'channel',
            in: 'path',
            required: true,
            description: 'The channel’s name; its slashes stay slashes.',
            schema: { type: 'string', maxLength: 128 },
          },
        ]
      : []),
    ...queryParameters(one.query),
    ...Object.entries(one.headers ?? {}).map(([name, description]) => ({
      name,
      in: 'header',
      description,
      schema: { type: 'string', maxLength: 128 },
    })),
  ];
  const answers = Object.entries(one.answers).map(([status, description]) => [
    status,
    Number(status) < 400
      ? { description, content: { 'application/json': {} } }
      : { description, content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } },
  ]);
  return {
    summary: one.summary,
    description: one.about,
    parameters,
    ...(one.body && { requestBody: { required: true, content: { 'application/json': { schema: jsonOf(one.body) } } } }),
    responses: Object.fromEntries(answers),
  };
}

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
}

function queryParameters(query: v.GenericSchema | undefined): unknown[] {
  if (query === undefined) return [];
  const { properties = {}, required = [] } = jsonOf(query) as ObjectSchema;
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}

/** Checks that JSON Schema has no word for are left out. */
const jsonOf = (schema: v.GenericSchema): unknown => {
  const { $schema: _, ...rest } = toJsonSchema(schema, { errorMode: 'ignore', typeMode: 'input' });
  return rest;
};
