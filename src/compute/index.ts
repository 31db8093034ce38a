import type { Compute } from '../ports/compute.ts'
import { openLocalCompute } from './local/compute.ts'

/** Everything that can run instances, a folder each. */
export const computeDrivers: Readonly<Record<string, () => Compute>> = { local: openLocalCompute }
