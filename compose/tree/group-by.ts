/** Groups values by a key, in the order in which the keys come first. A build may run Node 20, which has no `Map.groupBy`. */
export function groupBy<Key, One>(
  values: readonly One[],
  keyOf: (value: One) => Key,
): ReadonlyMap<Key, readonly One[]> {
  const groups = new Map<Key, One[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key) ?? [];
    group.push(value);
    groups.set(key, group);
  }
  return groups;
}
