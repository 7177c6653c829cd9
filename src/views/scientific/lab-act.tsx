import type { JSX } from 'solid-js';
import { ActButton } from '../../components/act-button.tsx';
import { mayNotWords } from '../../components/may-words.ts';
import type { EpochMs } from '../../contract/time.ts';
import type { MasScientificCalls } from '../../contract/upstream/mas-scientific-calls.ts';
import { createUpstreamAct } from '../../link/create-act.ts';
import { mayNot } from '../../link/may.ts';
import { SLUG, useLab } from './use-lab.ts';

/** MAS's lists have their turn every 90 s; one is asked again right after a command, unless another command was just before. */
export const CONFIRMED_MS = 120_000;

/** How a row came to be known. */
export interface Told {
  readonly state: string;
  readonly from: 'push' | 'snapshot' | 'command';
  readonly confirmedAt?: EpochMs;
}

/** More than MAS's answer to a command tells of it: its list has it, or MAS spoke of it by itself. */
export const isKnown = (row: Told | undefined): boolean =>
  row !== undefined && (row.from !== 'command' || row.confirmedAt !== undefined);

export const isSo = (row: Told | undefined, state: string): boolean => row?.state === state && isKnown(row);

export interface LabActProps {
  readonly call: keyof MasScientificCalls;
  readonly label: string;
  readonly args: () => unknown;
  /** Reactive: the data shows that it was done. */
  readonly seen?: (answer: unknown) => boolean;
  readonly whyNot?: string | undefined;
  readonly danger?: boolean;
  readonly primary?: boolean;
  readonly onDone?: (answer: unknown) => void;
}

/** A button for something that the lab of MAS can do; off with the reason where it cannot, or where this browser only watches. */
export function LabAct(props: LabActProps): JSX.Element {
  const { seen, onDone, call } = props;
  const act = createUpstreamAct(useLab().link, {
    upstream: SLUG,
    call,
    seenMs: CONFIRMED_MS,
    ...(seen !== undefined && { seen: (_, answer) => seen(answer) }),
    ...(onDone !== undefined && { onDone }),
  });
  return (
    <ActButton
      label={props.label}
      act={act}
      args={props.args}
      whyNot={mayNotWords(mayNot('operator')) ?? props.whyNot}
      danger={props.danger ?? false}
      primary={props.primary ?? false}
    />
  );
}
