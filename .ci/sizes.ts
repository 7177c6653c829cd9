// What a browser downloads, against the budgets of `src/app/bench/bundle.bench.ts`. A size is the same on every machine, so unlike a time
// it may turn a build red.
import { bench } from '../src/app/bench/bundle.bench.ts';
import { isMet } from './bench-row.ts';

const over = (await bench()).filter((row) => isMet(row) === false);
for (const { name, value, unit, budget } of over) {
  console.error(
    `${name}: ${value} ${unit}, and no more than ${budget} was meant. Load what is not always needed later, or say why not.`,
  );
}
if (over.length > 0) process.exit(1);
console.log('Every script is within its budget.');
