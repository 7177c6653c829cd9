import { expect, test } from 'vitest';
import { RecordingOut } from '../../../server/tools/conformance/mas-devices-lines.ts';
import type { Rows } from '../out.ts';
import { Curves } from './curves.ts';

test('the time of a curve never goes back, whichever clock a row is from', () => {
  class Kept extends RecordingOut {
    readonly times: number[] = [];
    override rows(_part: string, rows: Rows): void {
      this.times.push(...rows.times);
    }
  }
  const out = new Kept();
  const curves = new Curves();
  const readings = [{ name: 'temperature', value: 1, unit: '°C', suspect: false, at: 0 }];
  for (const at of [5, 7, 6, 9]) {
    curves.add('a', readings, { at, atFrom: 'source', rx: at, source: '', provenance: 'measured', flags: [] }, out);
  }
  curves.add('b', readings, { at: 1, atFrom: 'source', rx: 1, source: '', provenance: 'measured', flags: [] }, out);
  expect(out.times).toEqual([5, 7, 7, 9, 1]);
});
