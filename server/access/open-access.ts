import type { Bus } from '../bus/bus.ts';
import type { Clock } from '../clock.ts';
import { type Config, ConfigError } from '../config.ts';
import { Access } from './access.ts';
import { FileKeeper, readAccessFile } from './access-file.ts';
import { Pairing } from './pairing.ts';
import type { PrincipalKind } from './principal.ts';
import { Secrets } from './secrets.ts';
import { Sessions } from './sessions.ts';
import { Tokens } from './tokens.ts';

/**
 * Opens what is needed for the access that the configuration asks for. Throws {@link ConfigError} for a configuration that would let
 * nobody, or everybody, in.
 */
export async function openAccess(config: Config, bus: Bus, clock: Clock): Promise<Access> {
  if (config.access !== 'required') return new Access(config, bus, clock, undefined);
  if (config.secret === undefined) throw new ConfigError('access is required and there is no HYPHAE_SECRET');
  const secrets = new Secrets(config.secret, config.previousSecret);
  let access: Access | undefined;
  let file: FileKeeper | undefined;
  const hooks = (kind: PrincipalKind) => ({
    onEnded: (id: string) => access?.ended(kind, id),
    onChanged: () => file?.soon(),
  });
  const [pairing, sessions, tokens] = await Promise.all([
    Pairing.open(config, bus, clock, secrets),
    Sessions.open(config, bus, clock, secrets, hooks('session')),
    Tokens.open(config.maxTokens, bus, clock, hooks('token')),
  ]);
  if (config.tokensFile !== undefined) {
    const kept = readAccessFile(config.tokensFile);
    sessions.records.restore(kept.sessions);
    tokens.records.restore(kept.tokens);
    file = new FileKeeper(config.tokensFile, clock, () => ({
      sessions: sessions.records.all(),
      tokens: tokens.records.all(),
    }));
  }
  access = new Access(config, bus, clock, { secrets, pairing, sessions, tokens, file });
  return access;
}
