import { join } from 'node:path'

/** The path of a program of ours. */
export const bin = (name: string): string => join(import.meta.dirname, '../../bin', `${name}.js`)
