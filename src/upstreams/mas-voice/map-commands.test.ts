import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecordingOut } from '../../../server/tools/conformance/mas-devices-lines.ts';
import { checkMapCommand, readMapFrame } from './map-commands.ts';
import { screenVoice } from './screen.ts';

const context = { now: 1_700_000_000_000, simulated: false };
const frame = (command: unknown, more: object = {}) => ({ type: 'frontend_command', command, ...more });

test.each([
  [
    { type: 'flyTo', center: [139, 35] },
    { type: 'flyTo', center: { latDeg: 35, lonDeg: 139 } },
  ],
  [{ type: 'flyTo', center: [35, 139] }, undefined],
  [{ type: 'flyTo', center: [0, Number.NaN] }, undefined],
  [{ type: 'flyTo', center: ['1', 2] }, undefined],
  [{ type: 'flyTo', center: [1, 2], zoom: 99 }, undefined],
  [
    { type: 'panBy', offset: [10, -20] },
    { type: 'panBy', xPx: 10, yPx: -20 },
  ],
  [{ type: 'panBy', offset: 10 }, undefined],
  [{ type: 'setMute', muted: 'yes' }, undefined],
  [
    { type: 'setTimeCursor', time: 5 },
    { type: 'setTimeCursor', time: 5 },
  ],
  [{ type: 'showLayer', layer: ' ' }, undefined],
  [{ type: 'resetView', extra: 1 }, { type: 'resetView' }],
  [{ type: 'constructor' }, 'unknown'],
  [{}, 'unknown'],
])('%j', (command, checked) => {
  const result = checkMapCommand(command);
  expect(result === undefined || result === 'unknown' ? result : JSON.parse(JSON.stringify(result))).toEqual(checked);
});

test('what others searched for stays with them, and so does what cannot be', () => {
  const screen = (value: unknown) => screenVoice('/ws/crep/commands', value);
  const search = { type: 'timelineSearch', query: 'my mother' };
  expect(screen(frame(search))).toBeUndefined();
  expect(screen(frame(search, { speak: 'Here.' }))).toMatchObject({ speak: 'Here.' });
  expect(screen(frame({ type: 'zoomBy', delta: 1 }))).toBeDefined();
  expect(screen(frame({ type: 'flyTo', center: [200, 95] }))).toBeUndefined();
  expect(screen(frame({ type: 'selfDestruct' }))).toBeUndefined();
  expect(screen(frame(null))).toBeUndefined();
  expect(screen({ type: 'pong' })).toEqual({ type: 'pong' });
  expect(JSON.stringify(screenVoice('/health', { moshi_url: 'http://198.51.100.4:1', version: '8.2.0' }))).toBe(
    '{"version":"8.2.0"}',
  );
});

test('never throws, and lets no number through that cannot be', () => {
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.constantFrom('flyTo', 'setZoom', 'panBy', 'zoomBy', 'applyFilter'),
      (value, type) => {
        const out = new RecordingOut();
        readMapFrame(JSON.stringify(value), out, context);
        readMapFrame(
          JSON.stringify(frame({ type, center: value, zoom: value, offset: value, delta: value })),
          out,
          context,
        );
        readMapFrame(JSON.stringify(frame(value)), out, context);
        for (const { record } of out.events) expect(JSON.stringify(record)).not.toContain('null,null');
      },
    ),
  );
});
