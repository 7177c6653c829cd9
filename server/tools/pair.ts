// npm run pair -- --role viewer --name "Tablet 3" [--url http://localhost:7420]
// npm run pair -- --token --role operator --name "Agent" [--days 365] [--board 'bench-*'] [--channel 'events/lab.*']
// Asks a running server for a pairing code, or a token for a program, and prints it: once, here only. Needs the server's secret
// (HYPHAE_SECRET or HYPHAE_SECRET_FILE, as the server itself has it) or an owner's token (HYPHAE_TOKEN).
import { parseArgs } from 'node:util';
import type { PairingCode, ServiceToken } from '../../src/contract/access.ts';
import { qrText } from '../access/invitation.ts';
import { Secrets } from '../access/secrets.ts';
import { readConfig } from '../config.ts';

const PASS_MS = 60_000;

const help = `npm run pair -- --role viewer|operator|owner --name "Tablet 3" [--url http://localhost:7420]
npm run pair -- --token --role operator --name "Agent" [--days 365] [--board 'bench-*'] [--channel 'events/lab.*']
The server's secret is read from HYPHAE_SECRET or HYPHAE_SECRET_FILE, or an owner's token from HYPHAE_TOKEN.`;

/** What proves to the server that we may: a token, or a pass that only its secret can sign. */
async function makePass(secret: string | undefined): Promise<string> {
  const { HYPHAE_TOKEN } = process.env;
  if (HYPHAE_TOKEN) return HYPHAE_TOKEN;
  if (secret === undefined) throw new Error(`Neither a secret nor a token is given.\n${help}`);
  const now = Date.now();
  const pass = { use: 'command-line', id: 'pair', gen: 1, issuedAtMs: now, expiresAtMs: now + PASS_MS } as const;
  return new Secrets(secret, undefined).sign(pass);
}

async function ask<T>(url: string, path: string, pass: string, body: unknown): Promise<T> {
  const response = await fetch(`${url}/api/access/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${pass}` },
    body: JSON.stringify(body),
  }).catch((cause: Error) => {
    const why = cause.cause instanceof Error ? cause.cause.message : cause.message;
    throw new Error(`${url} cannot be reached (${why}). Is it running? Another address: --url`);
  });
  if (response.status === 404) throw new Error(`${url} is open to its own computer alone: nobody needs to be let in.`);
  const answer = (await response.json()) as T & { readonly message?: string };
  if (!response.ok) throw new Error(`${url} said no: ${answer.message ?? response.status}`);
  return answer;
}

async function main(): Promise<string> {
  const { values } = parseArgs({
    options: {
      role: { type: 'string' },
      name: { type: 'string' },
      url: { type: 'string' },
      token: { type: 'boolean' },
      days: { type: 'string' },
      board: { type: 'string', multiple: true },
      channel: { type: 'string', multiple: true },
    },
  });
  const { role, name, days, board, channel } = values;
  if (role === undefined || name === undefined) throw new Error(help);
  // Where the server listens and what its secret is: from the same variables that it was started with.
  const { HYPHAE_SECRET, HYPHAE_SECRET_FILE, PORT, HYPHAE_TLS_CERT, HYPHAE_TLS_KEY } = process.env;
  const ours = { HYPHAE_SECRET, HYPHAE_SECRET_FILE, PORT, HYPHAE_TLS_CERT, HYPHAE_TLS_KEY };
  const { secret, port, tls } = readConfig(ours, undefined);
  const url = values.url ?? `${tls === undefined ? 'http' : 'https'}://localhost:${port}`;
  const pass = await makePass(secret);
  if (values.token) {
    const wanted = { name, role, ...(days && { days: Number(days) }), boards: board, channels: channel };
    const made = await ask<ServiceToken & { readonly token: string }>(url, 'tokens', pass, wanted);
    const until = new Date(made.expiresAt).toISOString().slice(0, 10);
    return `\n${made.name} (${made.role}) until ${until}; shown this once:\n\n  ${made.token}\n`;
  }
  const made = await ask<PairingCode>(url, 'codes', pass, { role, name });
  const minutes = Math.round((made.expiresAt - Date.now()) / 60_000);
  const picture = process.stdout.isTTY ? `\n${qrText(made.url)}\n` : '';
  return `\n${made.name} (${made.role}), once, within ${minutes} minutes:\n\n  ${made.code}\n  ${made.url}\n${picture}`;
}

try {
  process.stdout.write(`${await main()}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
