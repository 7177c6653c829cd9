import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { PairingCode } from '../../src/contract/access.ts';
import { firstInvitation } from './invitation.ts';
import { Browser, pairOwner, secret, startAccess } from './test-access.ts';

test('the first owner is paired with the code that was printed, and then lets others in with less', async () => {
  const server = await startAccess();
  const stranger = new Browser(server.origin);
  expect(await stranger.ask('GET', '/api/access/me')).toMatchObject({ status: 401, body: { code: 'not-paired' } });
  expect(await stranger.ask('GET', '/api/things')).toMatchObject({ status: 401 });
  const { browser: owner, code, text } = await pairOwner(server);
  expect(text).toContain('HYPHAE_TOKENS_FILE');
  expect(await firstInvitation(server.access, server.port, true)).toBeUndefined();
  expect(await stranger.ask('POST', '/api/access/pair', { code })).toMatchObject({
    status: 403,
    body: { code: 'code-wrong' },
  });
  expect(await owner.ask('GET', '/api/access/me')).toMatchObject({
    status: 200,
    body: { access: 'required', kind: 'session', role: 'owner', name: 'My laptop' },
  });

  const invited = await owner.ask('POST', '/api/access/codes', { role: 'viewer', name: 'Tablet 3' });
  expect(invited.status).toBe(201);
  const { code: second, url } = invited.body as PairingCode;
  expect(url).toBe(`${server.origin}/pair#${second}`);
  const tablet = new Browser(server.origin);
  expect(await tablet.ask('POST', '/api/access/pair', { code: second.toLowerCase().replace('-', ' ') })).toMatchObject({
    status: 200,
    body: { name: 'Tablet 3', role: 'viewer' },
  });
  expect((await tablet.ask('GET', '/api/things')).status).toBe(200);
  for (const [method, path] of [
    ['GET', '/api/access/sessions'],
    ['GET', '/api/access/tokens'],
    ['POST', '/api/access/codes'],
    ['POST', '/api/access/tokens'],
  ] as const)
    expect(await tablet.ask(method, path, method === 'POST' ? {} : undefined), path).toMatchObject({
      status: 403,
      body: { code: 'not-allowed' },
    });

  const { sessions } = (await owner.ask('GET', '/api/access/sessions')).body;
  expect(sessions).toHaveLength(2);
  const { id } = sessions.find(({ name }: { name: string }) => name === 'Tablet 3');
  const told: string[] = [];
  server.access.onRevoked((principal) => told.push(principal));
  expect((await owner.ask('DELETE', `/api/access/sessions/${id}`)).status).toBe(204);
  expect(told).toEqual([`session:${id}`]);
  expect(await tablet.ask('GET', '/api/things')).toMatchObject({ status: 401, body: { code: 'session-ended' } });
  expect((await owner.ask('DELETE', `/api/access/sessions/${id}`)).status).toBe(404);

  expect(await owner.ask('POST', '/api/access/logout', {})).toMatchObject({ status: 204 });
  expect((await owner.ask('GET', '/api/things')).status).toBe(401);
});

test('a cookie is for pages of this server: no script reads it, no other site uses it', async () => {
  const server = await startAccess();
  const { browser } = await pairOwner(server);
  const paired = await browser.ask('POST', '/api/access/codes', { role: 'owner', name: 'x' });
  const again = await new Browser(server.origin).ask('POST', '/api/access/pair', { code: paired.body.code });
  expect(again.set).toMatch(/^hyphae=[\w-]+\.[\w-]+\.[\w-]+; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Strict$/);
  const refused = { status: 403, body: { code: 'origin-not-allowed' } };
  for (const origin of ['https://evil.example', 'http://127.0.0.1:1', 'null'])
    expect(await browser.ask('POST', '/api/things', {}, { origin }), origin).toMatchObject(refused);
  expect(await browser.ask('GET', '/api/things', undefined, { 'sec-fetch-site': 'cross-site' })).toMatchObject(refused);
  expect(await browser.ask('GET', '/api/things', undefined, { 'sec-fetch-site': 'same-site' })).toMatchObject(refused);
  const noOrigin = await fetch(`${server.origin}/api/things`, {
    method: 'POST',
    headers: { cookie: browser.cookie ?? '' },
  });
  expect(noOrigin.status).toBe(403);
  expect((await browser.ask('POST', '/api/things', {})).status).toBe(200);
  expect(
    (
      await new Browser(server.origin).ask(
        'POST',
        '/api/access/pair',
        { code: '2222-2222' },
        { origin: 'http://evil.example' },
      )
    ).status,
  ).toBe(403);
});

test('a token is shown once, narrowed, needs no page, and ends when it is revoked', async () => {
  const server = await startAccess();
  const { browser: owner } = await pairOwner(server);
  expect(
    await owner.ask('POST', '/api/access/tokens', { name: 'Agent', role: 'operator', boards: ['**/x'] }),
  ).toMatchObject({
    status: 400,
    body: { code: 'bad-request', message: expect.stringMatching(/^boards\.0: a pattern/) },
  });
  const made = await owner.ask('POST', '/api/access/tokens', { name: 'Agent', role: 'operator', boards: ['bench-*'] });
  const { token, id } = made.body;
  expect(token).toMatch(/^hyp_[0-9a-f]{16}_[\w-]{43}$/);
  const listed = (await owner.ask('GET', '/api/access/tokens')).body.tokens;
  expect(listed).toMatchObject([{ id, name: 'Agent', boards: ['bench-*'] }]);
  expect(JSON.stringify(listed)).not.toContain(token.slice(21));
  const use = (bearer: string) =>
    fetch(`${server.origin}/api/things`, { method: 'POST', headers: { authorization: `Bearer ${bearer}` } });
  expect((await use(token)).status).toBe(200);
  expect((await owner.ask('GET', '/api/access/tokens')).body.tokens[0].usedAt).toBeGreaterThan(0);
  const admission = server.access.authenticate({
    headers: { authorization: `Bearer ${token}`, host: new URL(server.origin).host },
    socket: { remoteAddress: '127.0.0.1' },
  } as never);
  expect(admission.ok && admission.principal.may('command', 'bench-1')).toBe(true);
  expect(admission.ok && admission.principal.may('command', 'other')).toBe(false);
  await owner.ask('DELETE', `/api/access/tokens/${id}`);
  expect((await use(token)).status).toBe(401);
});

test('who guesses tokens must wait, and those who have the right one go on', async () => {
  const server = await startAccess();
  const { browser: owner } = await pairOwner(server);
  const { token } = (await owner.ask('POST', '/api/access/tokens', { name: 'Agent', role: 'viewer' })).body;
  const use = (bearer: string) =>
    fetch(`${server.origin}/api/things`, { headers: { authorization: `Bearer ${bearer}` } });
  const wrong = `hyp_0123456789abcdef_${'x'.repeat(43)}`;
  for (let i = 0; i < 5; i++) expect((await use(wrong)).status).toBe(401);
  const locked = await use(wrong);
  expect(locked.status).toBe(429);
  expect(locked.headers.get('retry-after')).toBe('2');
  expect((await use(token)).status).toBe(200);
  expect((await owner.ask('GET', '/api/things')).status).toBe(200);
  expect(server.refused.filter((code) => code === 'token-refused')).toHaveLength(5);
});

test('devices, tokens and revocations outlive the server in their file, which only its user reads', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hyphae-access-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const tokensFile = join(folder, 'access.json');
  const first = await startAccess({ tokensFile });
  const { browser: owner, text } = await pairOwner(first);
  expect(text).not.toContain('HYPHAE_TOKENS_FILE');
  const { token, id } = (await owner.ask('POST', '/api/access/tokens', { name: 'A', role: 'viewer' })).body;
  const { token: kept } = (await owner.ask('POST', '/api/access/tokens', { name: 'B', role: 'viewer' })).body;
  await owner.ask('DELETE', `/api/access/tokens/${id}`);
  expect(statSync(tokensFile).mode & 0o077).toBe(0);
  const file = readFileSync(tokensFile, 'utf8');
  for (const bad of [token, token.slice(21), kept.slice(21), owner.cookie ?? '-', secret])
    expect(file).not.toContain(bad);
  await first.close();

  const second = await startAccess({ tokensFile });
  const use = async (bearer: string) =>
    (await fetch(`${second.origin}/api/things`, { headers: { authorization: `Bearer ${bearer}` } })).status;
  expect(await use(kept)).toBe(200);
  expect(await use(token)).toBe(401);
  const back = new Browser(second.origin);
  back.cookie = owner.cookie;
  expect(await back.ask('GET', '/api/access/me')).toMatchObject({ status: 200, body: { role: 'owner' } });
});

test('nothing secret is in the log of a whole life: codes, cookies, tokens, the secret itself', async () => {
  const server = await startAccess();
  const { browser: owner, code } = await pairOwner(server);
  const cookie = owner.cookie ?? '-';
  const invited = (await owner.ask('POST', '/api/access/codes', { role: 'viewer', name: 'Tablet' }))
    .body as PairingCode;
  await new Browser(server.origin).ask('POST', '/api/access/pair', { code: '2222-2222' });
  const { token } = (await owner.ask('POST', '/api/access/tokens', { name: 'A', role: 'viewer' })).body;
  // Even when somebody logs a request as it is.
  await owner.ask('POST', '/api/echo', { code: invited.code, token, name: 'shown' });
  await owner.ask('POST', '/api/echo', {}, { authorization: `Bearer ${token}` });
  await owner.ask('POST', '/api/access/pair', { code: invited.code, broken: '\u0000' });
  await owner.ask('POST', '/api/access/logout', {});
  const log = server.log.join('');
  expect(log).toContain('access.pair');
  expect(log).toContain('pairing refused');
  expect(log).toContain('shown');
  expect(log).toContain('[secret]');
  for (const word of [code, invited.code, cookie, cookie.split('=')[1] ?? '-', token, token.slice(21), secret])
    expect(log).not.toContain(word);
});

test('the command line makes a code with the server’s secret, and not with another', async () => {
  const server = await startAccess();
  const pair = (env: Record<string, string>, more: string[] = []) =>
    new Promise<{ readonly code: number | null; readonly text: string }>((resolve) => {
      const args = ['server/tools/pair.ts', '--role', 'viewer', '--name', 'Tablet 3', '--url', server.origin, ...more];
      const child = spawn(process.execPath, args, { env: { PATH: process.env.PATH ?? '', ...env } });
      let text = '';
      const keep = (chunk: Buffer) => {
        text += chunk.toString();
      };
      child.stdout.on('data', keep);
      child.stderr.on('data', keep);
      child.on('close', (code) => resolve({ code, text }));
    });
  const made = await pair({ HYPHAE_SECRET: secret });
  expect(made).toMatchObject({ code: 0, text: expect.stringContaining('Tablet 3 (viewer)') });
  const code = /[2-9A-Z]{4}-[2-9A-Z]{4}/.exec(made.text)?.[0];
  const tablet = new Browser(server.origin);
  expect((await tablet.ask('POST', '/api/access/pair', { code })).body).toMatchObject({ role: 'viewer' });
  const program = await pair({ HYPHAE_SECRET: secret }, ['--token', '--board', 'bench-*']);
  const authorization = `Bearer ${/hyp_\w{16}_[\w-]{43}/.exec(program.text)?.[0]}`;
  expect((await fetch(`${server.origin}/api/things`, { headers: { authorization } })).status).toBe(200);
  expect(await pair({ HYPHAE_SECRET: 'x'.repeat(40) })).toMatchObject({
    code: 1,
    text: expect.stringContaining('said no'),
  });
  expect(await pair({})).toMatchObject({ code: 1, text: expect.stringContaining('HYPHAE_SECRET_FILE') });
});
