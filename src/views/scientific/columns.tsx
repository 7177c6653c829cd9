import type { DataColumn } from '../../components/data-table.tsx';
import type { Sourced } from '../../contract/upstream/upstream.ts';
import { scientific as words } from '../../i18n/scientific.ts';
import { Age } from './detail.tsx';
import { ProgressBar } from './progress-bar.tsx';
import { StateWord } from './state-word.tsx';

interface Named {
  readonly id: string;
  readonly name: string | undefined;
  readonly state: keyof typeof words.state;
  readonly said: string;
}

/** Columns that several tables of the lab have. */

export const nameColumn = <R extends Named>(): DataColumn<R> => ({
  id: 'name',
  title: words.col.name,
  width: 'minmax(120px, 1.5fr)',
  cell: (row) => <span title={row.id}>{row.name ?? row.id}</span>,
  sortBy: (row) => row.name ?? row.id,
});

export const stateColumn = <R extends Pick<Named, 'state' | 'said'>>(width = '104px'): DataColumn<R> => ({
  id: 'state',
  title: words.col.state,
  width,
  cell: (row) => <StateWord state={row.state} said={row.said} />,
  sortBy: (row) => row.state,
});

export const progressColumn = <R extends Named>(percent: (row: R) => number | undefined): DataColumn<R> => ({
  id: 'progress',
  title: words.col.progress,
  width: 'minmax(112px, 1fr)',
  cell: (row) => <ProgressBar percent={percent(row)} label={row.name ?? row.id} />,
  sortBy: percent,
});

export const ageColumn = <R,>(told: (row: R) => Sourced): DataColumn<R> => ({
  id: 'age',
  title: words.col.age,
  width: '128px',
  cell: (row) => <Age row={told(row)} />,
  sortBy: (row) => told(row).at,
});
