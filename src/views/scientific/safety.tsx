import { type JSX, Show } from 'solid-js';
import { FactList } from '../../components/fact-list.tsx';
import type { SafetyStatusRecord } from '../../contract/upstream/mas-scientific.ts';
import { scientific as words } from '../../i18n/scientific.ts';
import { Alerts } from './alerts.tsx';
import { Age } from './detail.tsx';
import { PartPanel } from './part-panel.tsx';
import { createLabPart, useLab } from './use-lab.ts';

/** What the safety service says, and its alerts. */
export function Safety(): JSX.Element {
  return (
    <div class="lab-pane">
      <SafetyStatus />
      <Alerts />
    </div>
  );
}

function SafetyStatus(): JSX.Element {
  const lab = useLab();
  const part = createLabPart<SafetyStatusRecord>(lab, 'safety', ['safety'], 'safety');
  const record = () => part.get('safety');
  const valueWords = (value: string | number | boolean | null) =>
    value === null ? '–' : typeof value === 'boolean' ? words.safety[value ? 'yes' : 'no'] : String(value);
  return (
    <PartPanel
      part={part}
      title={words.safety.status}
      name="safety"
      what={words.safety.what}
      empty={{ title: words.safety.statusEmptyTitle, text: words.safety.statusEmptyText }}
    >
      <Show when={record()}>
        {(found) => (
          <>
            <FactList
              facts={Object.entries(found().values).map(([name, value]) => [name, valueWords(value)] as const)}
            />
            <p class="soft small">
              <Age row={found()} />
            </p>
          </>
        )}
      </Show>
    </PartPanel>
  );
}
