import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const DAY_MS = 86_400_000;
/** Limits of one address and one token: here a single one plays a thousand people. */
const NOBODY_WAITS = String(2 ** 30);

const id = randomBytes(8).toString('hex');
const secret = randomBytes(32).toString('base64url');
/** What a program shows to be let in. Access is checked in the bench as it is in a lab. */
export const AUTHORIZATION = `Bearer hyp_${id}_${secret}`;

/** Environment of a server that asks for it, and how to take away what was written for that. */
export function requireAccess(): { readonly env: Readonly<Record<string, string>>; readonly forget: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'hyphae-bench-'));
  const file = join(folder, 'tokens.json');
  const hash = createHash('sha256').update(secret).digest('hex');
  const now = Date.now();
  const token = { id, hash, name: 'bench', role: 'owner', createdAt: now, expiresAt: now + DAY_MS } as const;
  writeFileSync(file, JSON.stringify({ sessions: [], tokens: [token] }), { mode: 0o600 });
  const env = {
    HYPHAE_ACCESS: 'required',
    HYPHAE_SECRET: randomBytes(32).toString('hex'),
    HYPHAE_TOKENS_FILE: file,
    HYPHAE_CONNECTIONS_PER_ADDRESS: NOBODY_WAITS,
    HYPHAE_CONNECTS_PER_SECOND: NOBODY_WAITS,
    HYPHAE_CONNECTS_BURST: NOBODY_WAITS,
    HYPHAE_PRINCIPAL_RECORDS_PER_SECOND: NOBODY_WAITS,
    HYPHAE_BOARD_RECORDS_PER_SECOND: NOBODY_WAITS,
  };
  return { env, forget: () => rmSync(folder, { recursive: true, force: true }) };
}
