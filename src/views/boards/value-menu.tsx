import { A } from '@solidjs/router';
import { createSignal, type JSX } from 'solid-js';
import { showToast } from '../../components/toasts.tsx';
import { t } from '../../i18n/en.ts';

/** The value whose name was pressed. */
export interface MenuValue {
  readonly series: string;
  /** As it is printed, with its unit. */
  readonly text: string;
}

/** One menu for all values of a board: the platform's own popover, so Esc and a press outside close it. */
export function createValueMenu(board: () => string): {
  readonly open: (value: MenuValue, anchor: HTMLElement) => void;
  readonly Menu: () => JSX.Element;
} {
  const [value, setValue] = createSignal<MenuValue>({ series: '', text: '' });
  let layer: HTMLDivElement | undefined;
  const words = t.boards.valueMenu;

  const open = (chosen: MenuValue, anchor: HTMLElement) => {
    if (layer === undefined) return;
    setValue(chosen);
    layer.showPopover();
    const { left, bottom } = anchor.getBoundingClientRect();
    const fits = (start: number, size: number, room: number) => `${Math.max(4, Math.min(start, room - size - 4))}px`;
    layer.style.left = fits(left, layer.offsetWidth, innerWidth);
    layer.style.top = fits(bottom, layer.offsetHeight, innerHeight);
    layer.querySelector<HTMLElement>('a, button')?.focus();
  };
  const copy = (text: string) => {
    layer?.hidePopover();
    navigator.clipboard.writeText(text).then(
      () => showToast(t.common.copied),
      (cause: unknown) => showToast(String(cause)),
    );
  };
  const Menu = () => (
    <div class="value-menu" popover="auto" ref={layer}>
      <A class="button quiet" href={`/telemetry?s=${board()}:${value().series}`}>
        {words.plot}
      </A>
      <button type="button" class="button quiet" onClick={() => copy(value().text)}>
        {words.copyValue(value().text)}
      </button>
      <button type="button" class="button quiet" onClick={() => copy(value().series)}>
        {words.copySeries(value().series)}
      </button>
    </div>
  );
  return { open, Menu };
}
