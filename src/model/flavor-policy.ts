/**
 * `open`: without associations, every flavor is allowed. `listed`: only associated flavors are allowed, even if there are
 * none.
 */
export const restrictions = ['open', 'listed'] as const
/** `refuse`: flavors that are not allowed are refused. `warn`: they are admitted with a warning. */
export const enforcements = ['refuse', 'warn'] as const

export type Restriction = (typeof restrictions)[number]
export type Enforcement = (typeof enforcements)[number]
