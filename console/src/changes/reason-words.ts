type Reason = Readonly<{ code: string; requirement?: string }>

/** What a waiver names a reason: its requirement, or else its code. */
export const reasonName = ({ code, requirement }: Reason): string => requirement ?? code
