import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TopologyLab } from './test-topology.ts';
import { TOPOLOGY_SOCKETS } from './topology.ts';

test('whatever comes, on any socket and path: nothing throws, and what is no record is counted', () => {
  const words = fc.constantFrom(
    'agent_status',
    'snapshot',
    'system_health',
    'task_progress',
    'message',
    'error',
    '__proto__',
  );
  const fields = fc.constantFrom(
    'type',
    'data',
    'agent_id',
    'status',
    'details',
    'nodes',
    'edges',
    'event',
    'from_agent',
    'timestamp',
    'source',
    'payload',
    '__proto__',
  );
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      fc.jsonValue(),
      words,
      fc.constant(null),
      fc.dictionary(fields, tie('any')),
      fc.array(tie('any')),
    ),
  })).any;
  const sockets = fc.constantFrom(...Object.values(TOPOLOGY_SOCKETS));
  const paths = fc.constantFrom(
    '/orchestrator/agents',
    '/agents/registry/',
    '/api/incidents?status=open',
    '/orchestrator/dashboard',
    '/api/agents/activity',
    '/ws/topology/status',
    '/orchestrator/agents/a',
    '/else',
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(sockets, paths, words, value, fc.string()), { maxLength: 20 }), (messages) => {
      const lab = new TopologyLab();
      for (const [socket, path, type, data, text] of messages) {
        const before = lab.counts.length + lab.puts + lab.events.length;
        lab.model.frame(socket, text, lab, lab.context);
        expect(lab.counts.length + lab.puts + lab.events.length).toBeGreaterThan(before);
        lab.frame(socket, { type, data, payload: data, nodes: data, edges: data, timestamp: text });
        lab.model.frame(socket, new ArrayBuffer(3), lab, lab.context);
        lab.answer(path, { agents: [data], incidents: [data], events: [data], metrics: data, messages: [data] });
        lab.answer(path, data);
        lab.pass(30_000);
      }
    }),
    { numRuns: 200 },
  );
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});
