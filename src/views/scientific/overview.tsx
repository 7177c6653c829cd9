import type { JSX } from 'solid-js';
import { Alerts } from './alerts.tsx';
import { InstrumentCards } from './instrument-cards.tsx';
import { LabDevices } from './lab-devices.tsx';
import { MasLog } from './mas-log.tsx';
import type { PaneProps } from './pane.ts';
import { Running } from './running.tsx';

/** The lab at a glance: what is under way, what is outside of its limits, which alerts are open. */
export function Overview(props: PaneProps): JSX.Element {
  return (
    <div class="lab-overview">
      <Running go={props.change} />
      <InstrumentCards go={props.change} />
      <Alerts />
      <LabDevices />
      <MasLog />
    </div>
  );
}
