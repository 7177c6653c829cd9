import { type Accessor, createSignal } from 'solid-js';
import { readKept, writeKept } from './kept.ts';

/** Something of a person that this browser keeps, the same in all of its tabs. */
export interface KeptValue<T> {
  /** Reactive. */
  readonly get: Accessor<T>;
  readonly set: (value: T) => void;
  /** The browser did not take the last change (its storage is full or forbidden): it is good until the page is closed. Reactive. */
  readonly isUnsaved: Accessor<boolean>;
}

/** @param read what was kept under `key`, whatever it is; null: nothing */
export function keptValue<T>(
  key: string,
  read: (text: string | null) => T,
  write: (value: T) => string | null,
): KeptValue<T> {
  const [value, setValue] = createSignal(read(readKept(key)));
  const [isUnsaved, setUnsaved] = createSignal(false);
  if (typeof window !== 'undefined')
    window.addEventListener('storage', (event) => {
      if (event.key === key) setValue(() => read(event.newValue));
    });
  return {
    get: value,
    set: (next) => {
      setValue(() => next);
      // The panel says it: nothing else can be done about it here.
      setUnsaved(!writeKept(key, write(next)));
    },
    isUnsaved,
  };
}
