import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import * as v from 'valibot';
import type { Principal } from '../access/principal.ts';
import { type Answer, type Route, refusal, route } from '../api/route.ts';
import type { SimulatorProcess } from './host-process.ts';

export const SIMULATORS_PATH = '/simulators';

const word = v.pipe(v.string(), v.minLength(1), v.maxLength(64));
const changeSchema = v.object({
  /** `*`: all. */
  slug: word,
  fault: v.optional(v.object({ name: word, on: v.boolean() })),
  dial: v.optional(v.object({ name: word, value: v.number() })),
});
type Change = v.InferOutput<typeof changeSchema>;

const mayTurn = (principal: Principal): boolean => principal.role !== 'viewer';

/** What the simulators do, and their switches. For operators and owners. */
export function simulatorRoutes(simulators: SimulatorProcess): readonly Route[] {
  const state = async (): Promise<Answer> => ({ status: 200, body: { simulators: await simulators.state() } });
  const guarded = async (principal: Principal, work: () => Promise<Answer>): Promise<Answer> => {
    if (!mayTurn(principal)) return refusal(403, 'not-allowed', 'only operators and owners see and switch simulators');
    try {
      return await work();
    } catch (cause) {
      return refusal(503, 'simulators-gone', cause instanceof Error ? cause.message : String(cause), 5_000);
    }
  };
  return [
    route({
      method: 'GET',
      path: '/api/simulators',
      summary: 'Simulators that run, with their faults and dials',
      about: 'For operators and owners. Only there while simulators run.',
      answers: {
        200: '`simulators`: connections, requests and messages of each.',
        403: 'For operators and owners only.',
      },
      handle: ({ principal }) => guarded(principal, state),
    }),
    route<unknown, Change>({
      method: 'POST',
      path: '/api/simulators',
      summary: 'Switch a fault, or turn a dial',
      about: 'For operators and owners. `slug` `*` means all of them. Answers with what is then.',
      body: changeSchema,
      answers: { 200: 'As `GET`.', 403: 'For operators and owners only.', 404: 'No such simulator, fault or dial.' },
      handle: ({ principal, body }) =>
        guarded(principal, async () => {
          const { slug, fault, dial } = body;
          if (fault && !(await simulators.setFault(slug, fault.name, fault.on)))
            return refusal(404, 'not-found', `${slug} has no fault ${fault.name}`);
          if (dial && !(await simulators.setDial(slug, dial.name, dial.value)))
            return refusal(404, 'not-found', `${slug} has no dial ${dial.name}, or it does not go to ${dial.value}`);
          return await state();
        }),
    }),
  ];
}

const here = (name: string): string => readFileSync(join(import.meta.dirname, name), 'utf8');
const style = (name: string): string =>
  readFileSync(join(import.meta.dirname, '..', '..', 'src', 'styles', name), 'utf8');

/** The page with the switches: plain files, the same strict headers as the app. What it shows it asks of the API. */
export function addSimulatorsPage(app: FastifyInstance): void {
  const files = [
    [SIMULATORS_PATH, 'text/html; charset=utf-8', here('page.html')],
    [`${SIMULATORS_PATH}/page.js`, 'text/javascript; charset=utf-8', here('page.js')],
    [
      `${SIMULATORS_PATH}/page.css`,
      'text/css; charset=utf-8',
      `${style('tokens.css')}\n${style('base.css')}\n${here('page.css')}`,
    ],
  ] as const;
  for (const [path, type, text] of files)
    app.get(path, (_request, reply) => reply.type(type).header('Cache-Control', 'no-cache').send(text));
}
