import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from './config.ts';
import { type HyphaeServer, startServer } from './hyphae-server.ts';

const hasOpenssl = (() => {
  try {
    execFileSync('openssl', ['version']);
    return true;
  } catch {
    return false;
  }
})();

const folder = mkdtempSync(join(tmpdir(), 'hyphae-tls-'));
const certFile = join(folder, 'cert.pem');
const keyFile = join(folder, 'key.pem');
let server: HyphaeServer;

function makeCertificate(): void {
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  execFileSync('openssl', ['req', ...kind, ...subject, '-keyout', keyFile, '-out', certFile], { stdio: 'pipe' });
}

beforeAll(async () => {
  if (!hasOpenssl) return;
  makeCertificate();
  server = await startServer({
    ...DEFAULT_LIMITS,
    handshakeMs: 500,
    port: 0,
    host: 'localhost',
    dist: undefined,
    logLevel: 'silent',
    access: 'required',
    secret: 's'.repeat(32),
    tls: { certFile, keyFile },
  });
});
afterAll(async () => {
  await server?.close();
  rmSync(folder, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly cookie: string;
  readonly fingerprint: string;
  readonly text: string;
}

/** A browser that trusts the certificate as it is now. */
function ask(method: string, path: string, body?: unknown, host = 'localhost', bearer?: string): Promise<Answer> {
  const origin = `https://localhost:${server.port}`;
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host,
        port: server.port,
        servername: 'localhost',
        path,
        method,
        ca: readFileSync(certFile),
        agent: false,
        headers: {
          origin,
          host: `localhost:${server.port}`,
          'content-type': 'application/json',
          ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
        },
      },
      (response) => {
        const { fingerprint256 } = (response.socket as TLSSocket).getPeerCertificate();
        let text = '';
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            cookie: response.headers['set-cookie']?.[0] ?? '',
            fingerprint: fingerprint256,
            text,
          }),
        );
      },
    );
    asked.on('error', reject);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

test.skipIf(!hasOpenssl)('by TLS on both loopback addresses, with a cookie that only TLS carries', async () => {
  const made = await server.access.doors?.pairing.make('owner', 'Me', 'test');
  const code = made !== undefined && 'expiresAt' in made ? made.code : '';
  const { status, cookie } = await ask('POST', '/api/access/pair', { code });
  expect(status).toBe(200);
  expect(cookie).toMatch(/^__Host-hyphae=.*; Secure$/);
  expect((await ask('GET', '/healthz', undefined, '::1')).status).toBe(200);
});

test.skipIf(!hasOpenssl)('a renewed certificate is taken on SIGHUP, a broken one is not', async () => {
  const before = (await ask('GET', '/healthz')).fingerprint;
  makeCertificate();
  process.emit('SIGHUP');
  const after = (await ask('GET', '/healthz')).fingerprint;
  expect(after).not.toBe(before);
  const good = readFileSync(keyFile);
  writeFileSync(keyFile, 'broken');
  process.emit('SIGHUP');
  expect((await ask('GET', '/healthz')).fingerprint).toBe(after);
  writeFileSync(keyFile, good);
});

test.skipIf(!hasOpenssl)('who never finishes the handshake is closed', async () => {
  await new Promise<void>((resolve) => {
    const socket = connect(server.port, '127.0.0.1');
    socket.on('close', () => resolve());
    socket.on('error', () => undefined);
  });
  const token = await server.access.doors?.tokens.create({
    name: 'Prometheus',
    role: 'viewer',
    expiresAt: Date.now() + 60_000,
    channels: undefined,
    boards: undefined,
  });
  const bearer = token !== undefined && 'token' in token ? token.token : '';
  expect((await ask('GET', '/metrics')).status).toBe(401);
  expect((await ask('GET', '/metrics', undefined, 'localhost', bearer)).text).toContain(
    'hyphae_refused_total{reason="handshake-timeout"}',
  );
});
