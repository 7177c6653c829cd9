// npm run protocol
// Has the conversations of docs/protocol.md with a server, and writes that page from the contract and docs/options.md from the options.
// The tests say when it is due.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { optionsPage } from '../config-options.ts';
import { renderProtocol } from './protocol/render.ts';
import { recordTranscripts } from './protocol/transcripts.ts';

const here = import.meta.dirname;
const transcripts = await recordTranscripts();
writeFileSync(join(here, 'protocol/transcripts.json'), `${JSON.stringify(transcripts, null, 1)}\n`);
writeFileSync(join(here, '../../docs/protocol.md'), renderProtocol());
writeFileSync(join(here, '../../docs/options.md'), optionsPage());
process.stdout.write('docs/protocol.md docs/options.md\n');
