/**
 * In which order the lives of a channel came, from how each subscriber was led through them. undefined: they contradict each other.
 */
export function orderEpochs(sequences: readonly (readonly string[])[]): readonly string[] | undefined {
  const after = new Map<string, Set<string>>();
  for (const sequence of sequences)
    for (const [index, epoch] of sequence.entries()) {
      const next = sequence[index + 1];
      const known = after.get(epoch) ?? new Set();
      after.set(epoch, known);
      if (next !== undefined) known.add(next);
    }
  const ordered: string[] = [];
  while (after.size > 0) {
    const free = [...after.keys()].find((epoch) => ![...after.values()].some((later) => later.has(epoch)));
    if (free === undefined) return undefined;
    after.delete(free);
    ordered.push(free);
  }
  return ordered;
}
