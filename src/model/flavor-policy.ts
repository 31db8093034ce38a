/**
 * `open`: without associations, every flavor is allowed. `listed`: only associated flavors are allowed, even if there are
 * none.
 */
export const restrictions = ['open', 'listed'] as const
export type Restriction = (typeof restrictions)[number]
