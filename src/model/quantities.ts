/** The resources that a quota limits: instances, memory in MiB, volumes in GiB, backups. A limit of -1 means unlimited. */
export type Quantities = Readonly<{ instances: number; ram: number; volumes: number; backups: number }>
export type QuotaResource = keyof Quantities

export const quotaResources: readonly QuotaResource[] = ['instances', 'ram', 'volumes', 'backups']
