/**
 * Whether an operation can be refused (`judged`) or is only recorded. Recorded operations keep the flavor and the
 * volume type of the instance. They must always be possible: otherwise, an instance that violates the rules could not
 * be moved to another host.
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
