// npm run --silent conformance -- FOLDER
// Checks a folder of test vectors. Prints passed and failed per file; exit 0 all passed, 1 something failed or nothing ran, 2 usage.
import { readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { crepRunner } from './conformance/crep.ts';
import { masDevicesRunner } from './conformance/mas-devices.ts';
import { masScientificRunner } from './conformance/mas-scientific.ts';
import { masTopologyRunner } from './conformance/mas-topology.ts';
import { masVoiceRunner } from './conformance/mas-voice.ts';
import { mycobrainRunner } from './conformance/mycobrain.ts';
import { mycorrhizaeRunner } from './conformance/mycorrhizae.ts';
import { natureosRunner } from './conformance/natureos.ts';
import { redisRunner } from './conformance/redis.ts';
import type { FileReport, VectorRunner } from './conformance/runner.ts';

/** By folder name, which is the slug of the upstream. */
const RUNNERS: ReadonlyMap<string, VectorRunner> = new Map([
  ['crep', crepRunner],
  ['mas-devices', masDevicesRunner],
  ['mas-scientific', masScientificRunner],
  ['mas-topology', masTopologyRunner],
  ['mas-voice', masVoiceRunner],
  ['mycobrain', mycobrainRunner],
  ['mycorrhizae', mycorrhizaeRunner],
  ['natureos', natureosRunner],
  ['redis', redisRunner],
]);

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const folder = process.argv[2];
if (folder === undefined || process.argv.length > 3) usage('give one folder of vectors');
const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
if (!isFolder) usage(`there is no folder "${folder}"`);

let passed = 0;
let failed = 0;
for (const [name, path] of [[basename(resolve(folder)), folder] as const, ...subfolders(folder)]) {
  const isRoot = path === folder;
  const runner = RUNNERS.get(name) ?? [...RUNNERS.values()].find((some) => some.recognises(path));
  if (runner !== undefined) {
    for (const report of runner.run(path)) tell(isRoot ? '' : `${name}/`, report);
  } else if (!isRoot) {
    say(`${name}  no runner`);
  }
}
say(`total  passed ${passed} failed ${failed}`);
if (passed + failed === 0) say('nothing ran: no folder of vectors that a runner knows');
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

function tell(place: string, { file, passed: good, failures }: FileReport): void {
  passed += good;
  failed += failures.length;
  say(`${place}${file}  passed ${good} failed ${failures.length}`);
  for (const { name, reason } of failures) say(`  ${name}: ${reason}`);
}

function subfolders(parent: string): (readonly [name: string, path: string])[] {
  return readdirSync(parent, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
    .map((entry) => [entry.name, join(parent, entry.name)] as const)
    .filter(([, path]) => statSync(path, { throwIfNoEntry: false })?.isDirectory())
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function usage(problem: string): never {
  process.stderr.write(`conformance: ${problem}\nusage: npm run --silent conformance -- FOLDER\n`);
  process.exit(2);
}
