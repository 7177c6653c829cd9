// npm test: types, lint, arrows, unit, integration, browser. Finds or installs what it needs first. With CI set, nothing may be skipped.
import { resolve } from 'node:path';
import { conclude, run, type StepResult, step, tests } from './steps.ts';
import { canShimSerial, provideTools } from './tools.ts';

// Stories start a server each, and compiling it is half of its start.
process.env.NODE_COMPILE_CACHE ??= resolve('.cache', 'node');

const skippingForbidden = Boolean(process.env.CI);
const tools = provideTools();
const results: StepResult[] = [];

results.push(await step('types', 'tsc', ['-b']));
results.push(await step('format and lint', 'biome', ['check', '.']));
results.push(await step('dead code', 'knip', []));
results.push(await step('arrows', 'node', ['.ci/arrows.ts']));
results.push(await tests('unit'));

const built = await run('build', 'vite', ['build', '--logLevel', 'warn']);
// Integration tests and the stories of upstreams mostly wait, for outages to be noticed and processes to start: they do so beside the rest.
const integration = tests('integration', { beside: true });
results.push({ name: 'build', passed: built ? 1 : 0, failed: built ? 0 : 1, skipped: 0, seconds: 0 });
if (built) results.push(await step('sizes', 'node', ['.ci/sizes.ts']));

if (tools.chromium === undefined) {
  console.error('\n!! No browser: the stories in e2e/ did not run.');
  results.push(await integration, { name: 'e2e', passed: 0, failed: 0, skipped: 1, seconds: 0 });
} else if (built) {
  const serial = canShimSerial(tools.missing) ? 'real' : 'fake';
  if (serial === 'fake')
    console.error(
      '\n!! Real Web Serial cannot be set up here: stories use the spec-shaped stand-in, and those that need the real one are skipped.',
    );
  const env = { CHROMIUM: tools.chromium, HYPHAE_SERIAL: serial };
  const upstreams = integration.then(() => tests('e2e-upstreams', { env, beside: true }));
  results.push(await tests('e2e', { env }), await integration, await upstreams);
} else results.push(await integration);

conclude(results, { skippingForbidden });
