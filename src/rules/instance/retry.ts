/** After this many failures in a row, an instance is shown as ERROR. */
export const failuresMax = 5

export const delayMaxMs = 60_000

/**
 * Returns the delay after this many failures in a row: none after the first, then twice as long each time, up to a
 * minute.
 */
export const retryDelayMs = (failures: number): number =>
  failures <= 1 ? 0 : Math.min(500 * 2 ** (failures - 1), delayMaxMs)
