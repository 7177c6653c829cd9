import type { JSX } from 'solid-js';
import { ActButton } from '../../components/act-button.tsx';
import { mayNotWords } from '../../components/may-words.ts';
import { createOnScreen } from '../../components/on-screen.ts';
import { topology as words } from '../../i18n/topology.ts';
import { createUpstreamAct } from '../../link/create-act.ts';
import { useLink } from '../../link/link-context.ts';
import { mayNot } from '../../link/may.ts';
import { createLists, SLUG } from './create-topology.ts';

/** Every agent at once, which is all that MAS can start or stop; and its lists once more. */
export function RunnerActs(): JSX.Element {
  const link = useLink();
  const { ref, shown } = createOnScreen();
  const lists = createLists(link, shown);
  const isRunning = () => lists.records.get('dashboard')?.facts.running;
  const start = createUpstreamAct(link, { upstream: SLUG, call: 'runner.start', seen: () => isRunning() === true });
  const stop = createUpstreamAct(link, { upstream: SLUG, call: 'runner.stop', seen: () => isRunning() === false });
  const refresh = createUpstreamAct(link, { upstream: SLUG, call: 'refresh' });
  const owner = () => mayNotWords(mayNot('owner'));
  return (
    <div class="runner-acts" ref={ref}>
      <ActButton label={words.runner.refresh} act={refresh} args={() => ({})} />
      <h3>{words.runner.title}</h3>
      <p class="soft small">{words.runner.hint}</p>
      <div class="row">
        <ActButton label={words.runner.start} act={start} args={() => ({})} whyNot={owner()} danger />
        <ActButton label={words.runner.stop} act={stop} args={() => ({})} whyNot={owner()} danger />
      </div>
    </div>
  );
}
