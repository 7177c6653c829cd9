import { hostname } from 'node:os';
import { renderUnicodeCompact } from 'uqr';
import type { Config } from '../config.ts';
import type { Access } from './access.ts';

/** How people reach the server, as far as it can know. */
export function serverUrl(config: Config, port: number): string {
  if (config.publicUrl !== undefined) return config.publicUrl;
  const scheme = config.tls === undefined ? 'http' : 'https';
  const name = config.host === '0.0.0.0' || config.host === '::' ? hostname() : config.host;
  return `${scheme}://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

/** A link as a picture of text, for a telephone held in front of the terminal. */
export const qrText = (url: string): string => renderUnicodeCompact(url, { ecc: 'M', border: 2 });

/**
 * What to print while nobody is paired yet: an owner's code and what to do with it. undefined: somebody is, or access is open. The code
 * is good for ten minutes and once, and goes nowhere else than here.
 */
export async function firstInvitation(access: Access, port: number, withPicture: boolean): Promise<string | undefined> {
  const { doors, config } = access;
  if (doors === undefined || doors.sessions.live().length > 0) return undefined;
  const made = await doors.pairing.make('owner', 'First owner', 'start');
  const later = 'A new code any time:  npm run pair -- --role owner --name "My laptop"';
  if (!('expiresAt' in made)) return `Nobody is paired yet, and no code could be made: ${made.message}\n${later}`;
  const url = `${serverUrl(config, port)}/pair#${made.code}`;
  const forgets =
    config.redisUrl === undefined && config.tokensFile === undefined
      ? '\n\n  Paired devices are forgotten when the server stops. HYPHAE_TOKENS_FILE=hyphae-access.json keeps them.'
      : '';
  return `
  Nobody is paired yet. Open this in the browser that is to be the owner, within ${config.codeMs / 60_000} minutes:

    ${url}
${withPicture ? `\n${qrText(url)}\n` : ''}
  Or open the address and type the code:  ${made.code}
  ${later}${forgets}
`;
}
