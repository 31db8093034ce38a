/**
 * Whether an operation is judged, so that it can be refused, or only recorded. What is only recorded keeps its flavor and
 * volume type: it must always be possible, or an instance that violates today's rules could not be moved to another host.
 */
export const gateOperations = {
  create: 'judged',
  replica: 'judged',
  restore: 'judged',
  resize: 'judged',
  upgrade: 'judged',
  cluster_create: 'judged',
  cluster_grow: 'judged',
  cluster_add_shard: 'judged',
  cluster_upgrade: 'judged',
  grow_volume: 'recorded',
  rebuild: 'recorded',
  migrate: 'recorded',
} as const satisfies Readonly<Record<string, 'judged' | 'recorded'>>

export type GateOperation = keyof typeof gateOperations
