import { type Component, createContext, useContext } from 'solid-js';

/** What a panel on a composed dashboard is given. */
export interface PanelProps {
  /** Its own choices, small texts (`device` → `probe-1`); kept and shared with the dashboard. */
  readonly settings: Readonly<Record<string, string>>;
  /** undefined takes a choice away. */
  readonly onSettings: (change: Readonly<Record<string, string | undefined>>) => void;
}

/** A part of a view that makes sense alone. */
export interface PanelKind {
  /** `<view>.<part>`: `scientific.instruments`. */
  readonly id: string;
  readonly title: string;
  /** What it shows, in a sentence. */
  readonly about: string;
  /** On a grid of 12 columns and rows of 80 px. */
  readonly size: readonly [columns: number, rows: number];
  readonly component: Component<PanelProps>;
}

const PanelKinds = createContext<() => Promise<readonly PanelKind[]>>();

/** How the kinds of all views are loaded; given once, at the root. */
export const PanelKindsProvider = PanelKinds.Provider;

/** Loads what the views offer for a composed dashboard. Throws outside of a `PanelKindsProvider`. */
export function usePanelKinds(): () => Promise<readonly PanelKind[]> {
  const load = useContext(PanelKinds);
  if (load === undefined) throw new Error('usePanelKinds: there is no PanelKindsProvider above');
  return load;
}
