import { expect, test } from 'vitest';
import { makeComplain } from './complaints.ts';
import { GatewayError } from './gateway-error.ts';

test('each kind of failure is in the log once a minute, with its cause', () => {
  let now = 0;
  const lines: object[] = [];
  const complain = makeComplain({ warn: (about) => lines.push(about) }, { now: () => now });
  const cause = new Error('connect ECONNREFUSED');
  for (let n = 0; n < 100; n++) complain('crep', new GatewayError('unreachable', { cause }));
  complain('crep', new GatewayError('timeout'));
  complain('natureos', new GatewayError('unreachable'));
  expect(lines).toEqual([
    { upstream: 'crep', reason: 'unreachable', err: cause },
    { upstream: 'crep', reason: 'timeout' },
    { upstream: 'natureos', reason: 'unreachable' },
  ]);
  now = 60_000;
  complain('crep', new GatewayError('unreachable', { cause }));
  expect(lines).toHaveLength(4);
});
