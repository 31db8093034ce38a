/** Rounds a value down and limits it to the range from `min` to `max`. */
export const between = (min: number, value: number, max: number) => Math.max(min, Math.min(max, Math.floor(value)))
