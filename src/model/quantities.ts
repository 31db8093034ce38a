/** What a quota counts: instances, MiB of memory, GiB of volumes, backups. As a limit, -1 means that there is none. */
export type Quantities = Readonly<{ instances: number; ram: number; volumes: number; backups: number }>
export type QuotaResource = keyof Quantities

export const quotaResources: readonly QuotaResource[] = ['instances', 'ram', 'volumes', 'backups']
