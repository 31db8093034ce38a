import type { Flavor } from './flavor.ts'

/** What of a flavor a database server is sized by. */
export type Hardware = Readonly<{ vcpus: number; ramMb: number }>

export const hardwareOf = ({ vcpus, ramMb }: Flavor): Hardware => ({ vcpus, ramMb })
