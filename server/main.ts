import cluster from 'node:cluster';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { firstInvitation, serverUrl } from './access/invitation.ts';
import { ConfigError, readConfig } from './config.ts';
import { startServer } from './hyphae-server.ts';
import { runProcesses } from './processes.ts';
import { explainStartError } from './start-errors.ts';
import { stopOnSignal } from './stop-on-signal.ts';

/** The server alone, for a supervisor: `node server/main.ts`. `npm start` is `start.ts`. */
const dist = process.env.HYPHAE_DIST ?? join(import.meta.dirname, '..', 'dist');

try {
  const config = readConfig(process.env, existsSync(dist) ? dist : undefined, process.argv.slice(2));
  if (!runProcesses(config, console.log)) {
    const server = await startServer(config);
    console.log(`Hyphae listens on ${serverUrl(config, server.port)}`);
    // Of several processes one invites.
    const invites = cluster.isPrimary || cluster.worker?.id === 1;
    const invitation = invites && (await firstInvitation(server.access, server.port, process.stdout.isTTY));
    if (invitation) console.log(invitation);
    stopOnSignal(server);
  }
} catch (error) {
  if (!(error instanceof ConfigError) && !(error instanceof Error && 'code' in error)) throw error;
  console.error(explainStartError(error, process.env.PORT ?? '7420'));
  // What was opened before it failed (a Redis, a relay) must not keep a server alive that serves nobody.
  process.exit(1);
}
