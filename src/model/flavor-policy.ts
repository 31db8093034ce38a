/** `open`: no association means every flavor. `listed`: only associated flavors, even if there are none. */
export const restrictions = ['open', 'listed'] as const
/** `refuse`: what breaks the rule is not admitted. `warn`: it is, and what is wrong is said. */
export const enforcements = ['refuse', 'warn'] as const

export type Restriction = (typeof restrictions)[number]
export type Enforcement = (typeof enforcements)[number]
