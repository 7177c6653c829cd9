/** One line of `npm run bench`. Values are medians of several runs; ratios matter more than numbers, machines are noisy. */
export interface BenchRow {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The same job done the plain way, in the same run. */
  readonly baseline?: number | undefined;
  readonly baselineName?: string | undefined;
  /** What we promised (docs/architecture.md, budgets). */
  readonly budget?: number | undefined;
  readonly higherIsBetter: boolean;
}

/** What a `*.bench.ts` file exports. */
export interface BenchSuite {
  bench(): Promise<readonly BenchRow[]>;
  /** `false`: it runs without the built app. */
  readonly needsApp?: boolean;
}

/** Part of a suite broke: the run fails, and the rows of the rest are shown all the same. */
export class BrokenBench extends AggregateError {
  override readonly name = 'BrokenBench';
  readonly rows: readonly BenchRow[];

  constructor(message: string, rows: readonly BenchRow[], causes: readonly unknown[]) {
    super(causes, message);
    this.rows = rows;
  }
}

export const ratioOf = (row: BenchRow): number | undefined =>
  row.baseline === undefined || row.baseline === 0 ? undefined : row.value / row.baseline;

/** Whether the budget is met; undefined when there is none. */
export const isMet = (row: BenchRow): boolean | undefined =>
  row.budget === undefined ? undefined : row.higherIsBetter ? row.value >= row.budget : row.value <= row.budget;
