import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commandPath, readRestAnswer } from './rest-answer.ts';

const GET = { method: 'GET', path: '/api/devices' };
const COMMAND = { method: 'POST', path: commandPath('MB 1') };
const HELLO = { method: 'POST', path: '/natureos-hub/negotiate' };
const DEAD = { method: 'POST', path: '/api/devices/MB-1/commands/mycobrain' };

test.each([
  [GET, 200, '[]', 'value', undefined],
  [GET, 200, '<html>Sign in</html>', 'retry', 'not_json'],
  [GET, 500, '{"title":"An error"}', 'retry', 'server_error'],
  [GET, 502, '<html>Bad gateway</html>', 'retry', 'server_error'],
  [GET, 429, '', 'retry', 'rate_limited'],
  [GET, 404, '"Device not found"', 'failed', 'not_found'],
  [GET, 400, '{"error":"page_size_out_of_range"}', 'failed', 'page_size_out_of_range'],
  [GET, 501, '', 'failed', 'not_implemented'],
  [GET, 401, '', 'fatal', 'unauthorized'],
  [GET, 403, '', 'fatal', 'forbidden'],
  [GET, 307, '', 'fatal', 'redirected'],
  [HELLO, 404, '', 'fatal', 'no_hub_here'],
  [HELLO, 503, '', 'retry', 'server_error'],
  [COMMAND, 400, '{"error":"command_type_required"}', 'failed', 'command_type_required'],
  [COMMAND, 500, '{"error":"send_failed"}', 'failed', 'send_failed'],
  [COMMAND, 500, '{"title":"An error","status":500}', 'failed', 'server_error'],
  [DEAD, 202, '{"status":"accepted"}', 'failed', 'route_drops_commands'],
  [
    { method: 'POST', path: '/api/mycobrain/telemetry' },
    200,
    '{"success":false,"message":"no"}',
    'failed',
    'not_successful',
  ],
  [{ method: 'POST', path: '/api/events' }, 409, '"Exists"', 'failed', 'conflict'],
])('%o answered %i %s: %s', (asked, status, body, is, why) => {
  expect(readRestAnswer(asked, status, body)).toMatchObject(why === undefined ? { is } : { is, why });
});

test.each([
  ['"Device not found"', 'Device not found'],
  ['{"error":"send_failed"}', 'send_failed'],
  ['{"type":"x","title":"One or more errors","detail":"Too long"}', 'Too long'],
  ['{"Title":"One or more errors"}', 'One or more errors'],
  ['<html>', undefined],
])('the words of %s', (body, words) => {
  expect(readRestAnswer(GET, 404, body)).toMatchObject({ is: 'failed', words });
});

test('a device’s name cannot lead elsewhere, and no answer throws', () => {
  expect(commandPath('../x?y')).toBe('/devices/..%2Fx%3Fy/commands/mycobrain');
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 599 }), fc.oneof(fc.json(), fc.string()), (status, body) => {
      expect(readRestAnswer(COMMAND, status, body)).toHaveProperty('is');
    }),
  );
});
