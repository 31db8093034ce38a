import { availableParallelism } from 'node:os'
import type { Config } from '../config/config.ts'

/** The number of processes that the configuration asks for. */
export const apiProcessCount = ({ apiWorkers, keystoneAuthUrl }: Config): number =>
  // The embedded identity service slows down password guessing in its own process.
  apiWorkers || (keystoneAuthUrl === undefined ? 1 : availableParallelism())
