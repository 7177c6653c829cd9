// npm run check: what to run before a commit. No browser, no sockets; well under a minute.
import { conclude, step, tests } from './steps.ts';

conclude(
  [
    await step('types', 'tsc', ['-b']),
    await step('format and lint', 'biome', ['check', '.']),
    await step('arrows', 'node', ['.ci/arrows.ts']),
    await tests('unit'),
  ],
  { skippingForbidden: false },
);
