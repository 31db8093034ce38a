/** Longer names are split, so that they fit on a phone. */
const unsplitMax = 24

/** The name of a flavor. A usual one stays on its line. */
export const FlavorName = ({ children }: Readonly<{ children: string }>) => (
  <bdi className={children.length <= unsplitMax ? 'whole' : undefined}>{children}</bdi>
)
