/** What the gate answers itself, and why. */
type OwnAnswer = Readonly<{ why: string; status: number; words: RegExp }>

/** The recorded exchanges that the gate does not pass on. */
export const answersOfTheGate: Readonly<Record<string, OwnAnswer>> = {}
