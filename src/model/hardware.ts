import type { Flavor } from './flavor.ts'

/** The properties of a flavor that determine the size of a database server. */
export type Hardware = Readonly<{ vcpus: number; ramMb: number }>

export const hardwareOf = ({ vcpus, ramMb }: Flavor): Hardware => ({ vcpus, ramMb })
