import { expect, test } from 'vitest';
import { GrowingCurve } from '../../../link/curve.ts';
import { type StripLook, TraceStrip } from './trace-strip.ts';

const LOOK: StripLook = {
  ...{ widthPx: 1_000, lanePx: 40, spanMs: 10_000, ratio: 1 },
  ...{ ink: 'ink', lineInk: 'line', spikeInk: 'spike', chosenInk: 'chosen', background: 'ground' },
};

/** Counts the marks of spikes that are painted. */
function paper() {
  let fillStyle = '';
  let marks = 0;
  const nothing = () => undefined;
  const context = {
    set fillStyle(style: string) {
      fillStyle = style;
    },
    fillRect() {
      if (fillStyle === 'spike') marks += 1;
    },
    ...{ setTransform: nothing, beginPath: nothing, moveTo: nothing, lineTo: nothing, stroke: nothing },
  } as unknown as CanvasRenderingContext2D;
  return {
    context,
    marks: () => {
      const painted = marks;
      marks = 0;
      return painted;
    },
  };
}

test('a spike stays marked when another channel is chosen, and is counted once', () => {
  const curve = new GrowingCurve('ch0', 'measured', 10_240);
  const { context, marks } = paper();
  const strip = new TraceStrip(context, LOOK);
  const draw = (chosen: string, now: number) => strip.draw(['ch0'], chosen, () => curve, now);
  let now = 1_000_000;
  const add = (count: number, spikeAt: number) => {
    const times = Float64Array.from({ length: count }, (_, index) => now + index);
    curve.append(
      times,
      times.map((_, index) => (index === spikeAt ? 900 : Math.sin(index))),
    );
    now += count;
  };
  add(2_000, -1);
  draw('ch0', now);
  expect(strip.spikes('ch0')).toBe(0);
  add(500, 250);
  draw('ch0', now);
  expect(strip.spikes('ch0')).toBe(1);
  const first = marks();
  expect(first).toBeGreaterThan(0);
  draw('ch1', now + 1);
  expect(marks()).toBe(first);
  // One that comes in the very frame in which all is drawn anew is found as well.
  add(500, 250);
  draw('ch0', now);
  expect(strip.spikes('ch0')).toBe(2);
});
