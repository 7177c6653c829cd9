// npm run dev: the relay on port 7420 (restarted when a server file changes) and Vite on http://localhost:7421. Upstreams that
// are not configured are simulated. Ctrl-C ends both.
import { spawn } from 'node:child_process';

const children = [
  spawn('node', ['--watch-path=server', '--watch-path=src/contract', '--watch-preserve-output', 'server/main.ts'], {
    stdio: 'inherit',
    env: { HYPHAE_SIMULATE: '1', ...process.env },
  }),
  spawn('vite', [], { stdio: 'inherit' }),
];
const end = () => {
  for (const child of children) child.kill();
};
process.on('SIGINT', end);
process.on('SIGTERM', end);
for (const child of children) child.on('exit', end);
