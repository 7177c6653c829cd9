// Preloaded into a server of this suite (`node --import`): its wall clock is as many ms ahead as the file says that
// HYPHAE_FAULT_CLOCK names, and follows that file while it runs. The monotonic clock stays right, as it does on a real machine.
import { readFileSync } from 'node:fs';

const LOOK_MS = 100;

const file = process.env.HYPHAE_FAULT_CLOCK;
if (file !== undefined) {
  const RealDate = Date;
  const realNow = RealDate.now;
  let aheadMs = 0;
  const look = (): void => {
    try {
      const read = Number(readFileSync(file, 'utf8'));
      if (Number.isFinite(read)) aheadMs = read;
    } catch (error) {
      // The file comes with the first jump.
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
  };
  look();
  setInterval(look, LOOK_MS).unref();
  const shiftedNow = (): number => realNow() + aheadMs;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [shiftedNow()] : args, newTarget) as Date,
    apply: () => new RealDate(shiftedNow()).toString(),
    get: (target, name) => (name === 'now' ? shiftedNow : Reflect.get(target, name)),
  });
}
