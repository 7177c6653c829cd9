// npm run pair -- --role viewer --name "Tablet 3" [--url http://localhost:7420]
// Asks a running server for a pairing code and prints it with its link. Needs the server's secret (HYPHAE_SECRET or
// HYPHAE_SECRET_FILE, as the server itself has it) or an owner's token (HYPHAE_TOKEN).
import { parseArgs } from 'node:util';
import type { PairingCode } from '../../src/contract/access.ts';
import { qrText } from '../access/invitation.ts';
import { Secrets } from '../access/secrets.ts';
import { readConfig } from '../config.ts';

const PASS_MS = 60_000;

const help = `npm run pair -- --role viewer|operator|owner --name "Tablet 3" [--url http://localhost:7420]
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

async function main(): Promise<string> {
  const { values } = parseArgs({
    options: { role: { type: 'string' }, name: { type: 'string' }, url: { type: 'string' } },
  });
  const { role, name } = values;
  if (role === undefined || name === undefined) throw new Error(help);
  // Where the server listens and what its secret is: from the same variables that it was started with.
  const { HYPHAE_SECRET, HYPHAE_SECRET_FILE, PORT, HYPHAE_TLS_CERT, HYPHAE_TLS_KEY } = process.env;
  const { secret, port, tls } = readConfig(
    { HYPHAE_SECRET, HYPHAE_SECRET_FILE, PORT, HYPHAE_TLS_CERT, HYPHAE_TLS_KEY },
    undefined,
  );
  const url = values.url ?? `${tls === undefined ? 'http' : 'https'}://localhost:${port}`;
  const response = await fetch(`${url}/api/access/codes`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${await makePass(secret)}` },
    body: JSON.stringify({ role, name }),
  }).catch((cause: Error) => {
    throw new Error(
      `${url} cannot be reached (${(cause.cause as Error | undefined)?.message ?? cause.message}). Is it running? Another address: --url`,
    );
  });
  const answer = (await response.json()) as PairingCode & { readonly message?: string };
  if (response.status === 404) throw new Error(`${url} is open to this computer alone: nobody needs to be paired.`);
  if (!response.ok) throw new Error(`${url} said no: ${answer.message ?? response.status}`);
  const minutes = Math.round((answer.expiresAt - Date.now()) / 60_000);
  return `\n${answer.name} (${answer.role}), once, within ${minutes} minutes:\n\n  ${answer.code}\n  ${answer.url}\n\n${process.stdout.isTTY ? qrText(answer.url) : ''}`;
}

try {
  process.stdout.write(`${await main()}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
