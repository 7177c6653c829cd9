import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const repo = fileURLToPath(new URL('../../', import.meta.url));
const fixtures = 'src/boards/mycobrain/fixtures';
const stream = `${fixtures}/stream_shared_60s.bin`;

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function run(tool: string, args: readonly string[], input: string | Uint8Array = '', hangUp = false): Promise<Ran> {
  const child = spawn(process.execPath, [`server/tools/${tool}.ts`, ...args], { cwd: repo });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
    if (hangUp) child.stdout.destroy();
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

test('decode prints one item per line and the counts apart', async () => {
  const { code, out, err } = await run('decode', [stream]);
  const lines = out.trimEnd().split('\n');
  expect(code).toBe(0);
  expect(lines).toHaveLength(314);
  expect(JSON.parse(lines[0] ?? '')).toEqual({ kind: 'error', error: 'unrecognized' });
  expect(err).toContain('46278 bytes, 314 items');
});

test('decode reads standard input and says where an item was', async () => {
  const { code, out } = await run('decode', ['--offsets', '-'], 'ok\r\n{"ok":true}\n');
  expect(code).toBe(0);
  expect(
    out
      .split('\n')
      .slice(0, 2)
      .map((line) => JSON.parse(line)),
  ).toEqual([
    { from: 0, to: 4, kind: 'text', text: 'ok' },
    { from: 4, to: 16, kind: 'json', shape: 'reply_ok', value: { ok: true }, salvaged: false },
  ]);
});

test('decode ends quietly when its reader goes away', async () => {
  const { code, err } = await run('decode', ['-'], 'a line of text\n'.repeat(200_000), true);
  expect(code).toBe(0);
  expect(err).not.toContain('Error');
});

test.each([[['nowhere.bin']], [[]], [['a', 'b']], [['--wrong']]])('decode %j: exit 2 and a sentence', async (args) => {
  const { code, out, err } = await run('decode', args);
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(/^decode: /);
});

test('conformance counts per file and in all', async () => {
  const { code, out } = await run('conformance', [fixtures]);
  expect(code).toBe(0);
  expect(out).toMatch(/^detect\.json {2}passed 29 failed 0$/m);
  expect(out).toMatch(/^total {2}passed 444 failed 0$/m);
});

test('conformance looks into folders named like upstreams, and fails when nothing ran', async () => {
  const inside = await run('conformance', ['src/boards/mycobrain']);
  expect(inside.out).toContain('fixtures/detect.json  passed 29 failed 0');
  const nothing = await run('conformance', ['src/contract']);
  expect(nothing.code).toBe(1);
  expect(nothing.out).toContain('nothing ran');
});

test.each([[[]], [['nowhere']], [['a', 'b']]])('conformance %j: exit 2 and the usage', async (args) => {
  const { code, err } = await run('conformance', args);
  expect(code).toBe(2);
  expect(err).toContain('usage:');
});
