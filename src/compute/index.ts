import { type LocalCompute, type LocalComputeOptions, openLocalCompute } from './local/compute.ts'

/** Everything that can run instances, a folder each. */
export const computeDrivers: Readonly<Record<string, (options: LocalComputeOptions) => LocalCompute>> = {
  local: openLocalCompute,
}
