import { join } from 'node:path'

/** This checkout. */
export const root = join(import.meta.dirname, '../..')

/** Where it is in the machine, read-only. */
export const rootInMachine = '/srv/trove-ts'

/** Where the package is installed in the machine; it starts faster than a checkout does. */
export const packageInMachine = '/opt/trove-ts'
