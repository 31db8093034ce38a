/** Scripts rely on these numbers: 1 means refused or failed, 2 an invalid command line, 3 that a check found something. */
export const exitCodes = { done: 0, refused: 1, usage: 2, findings: 3 } as const
