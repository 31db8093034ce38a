import { type Quantities, type QuotaResource, quotaResources } from '../model/quantities.ts'

/**
 * Returns the resources that a request would exceed, sorted by name. Resources that it does not ask for are never
 * exceeded.
 */
export function exceeded(limits: Quantities, used: Quantities, requested: Partial<Quantities>): QuotaResource[] {
  return quotaResources
    .filter(name => (requested[name] ?? 0) > 0 && limits[name] >= 0 && used[name] + requested[name]! > limits[name])
    .sort()
}
