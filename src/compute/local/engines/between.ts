/** A whole number that is not beyond either bound. */
export const between = (min: number, value: number, max: number) => Math.max(min, Math.min(max, Math.floor(value)))
