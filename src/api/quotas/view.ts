import type { Quantities } from '../../model/quantities.ts'
import type { QuotaEntry } from '../../operations/projects/manage-quotas.ts'
import type { View } from '../route.ts'
import type { replies } from './schemas.ts'

/** The entry of `/limits` that clients look for. */
export const absoluteLimitsView = ({ instances, ram, volumes, backups }: Quantities) => ({
  verb: 'ABSOLUTE',
  max_instances: instances,
  max_ram: ram,
  max_volumes: volumes,
  max_backups: backups,
})

/** `reserved` is always 0, because usage is checked and written in one transaction. */
export const quotasView = (entries: readonly QuotaEntry[]): View<typeof replies.quotas> => ({
  quotas: entries.map(({ resource, inUse, limit }) => ({ resource, in_use: inUse, reserved: 0, limit })),
})
