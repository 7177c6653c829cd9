import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Makes sure that only one process of this computer uses a file, by a local socket named after it: the system closes that with the
 * process, whatever it died of, which a file with a process number in it would not survive.
 * @returns how to let go of it, or undefined when another process has it.
 */
export async function lockFile(path: string): Promise<(() => void) | undefined> {
  const address = addressFor(path);
  const server = await listen(address);
  if (server !== undefined) return () => void server.close();
  if (hasNoFile(address) || (await isAnswered(address))) return undefined;
  // A socket that is a file outlives its process.
  await rm(address, { force: true });
  const second = await listen(address);
  return second && (() => void second.close());
}

function addressFor(path: string): string {
  const name = `hyphae-agent-${createHash('sha256').update(path).digest('hex').slice(0, 24)}`;
  if (process.platform === 'linux') return `\0${name}`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`);
}

const hasNoFile = (address: string): boolean => address.startsWith('\0') || address.startsWith('\\');

/** Undefined: the address is taken. */
function listen(address: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((visitor) => visitor.destroy());
    server.once('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'EADDRINUSE' || cause.code === 'EACCES') resolve(undefined);
      else reject(cause);
    });
    server.listen(address, () => {
      server.unref();
      resolve(server);
    });
  });
}

function isAnswered(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    const end = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
