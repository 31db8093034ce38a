import { type Quantities, type QuotaResource, quotaResources } from '../model/quantities.ts'

/** The resources, by name ascending, of which there would be too much; what is not asked for cannot exceed. */
export function exceeded(limits: Quantities, used: Quantities, asked: Partial<Quantities>): QuotaResource[] {
  return quotaResources
    .filter(name => (asked[name] ?? 0) > 0 && limits[name] >= 0 && used[name] + asked[name]! > limits[name])
    .sort()
}
