import type {
  ExperimentRecord,
  FciSessionRecord,
  HypothesisRecord,
  InstrumentRecord,
  SimulationRecord,
} from '../../contract/upstream/mas-scientific.ts';
import { LabTable } from './lab-table.ts';

/** The lab's tables, with what of a row a snapshot knows better than a push. */
export class LabTables {
  readonly instruments = new LabTable<InstrumentRecord>('instruments', (pushed) => pushed);
  readonly simulations = new LabTable<SimulationRecord>('simulations', (pushed, { name, kind, gpu }) => ({
    ...pushed,
    name: name ?? pushed.name,
    kind: kind ?? pushed.kind,
    gpu: gpu ?? pushed.gpu,
  }));
  readonly experiments = new LabTable<ExperimentRecord>('experiments', (pushed, { name, startedAt }) => ({
    ...pushed,
    name: name ?? pushed.name,
    startedAt: startedAt ?? pushed.startedAt,
  }));
  readonly hypotheses = new LabTable<HypothesisRecord>('hypotheses', (pushed) => pushed);
  // Sessions are never pushed: only commands of ours are newer than a snapshot, until the next one.
  readonly sessions = new LabTable<FciSessionRecord>('sessions', (_, snapshot) => snapshot);
}
