import { QueryClient } from '@tanstack/react-query'
import { callerNow, subscribe } from '../session/session.ts'
import { connection } from './connection.ts'
import { ApiError } from './trove.ts'

const attemptsMax = 3

/** A refusal stays a refusal; only a server that is away may answer differently soon. */
const isTemporary = (error: unknown) => error instanceof ApiError && error.status >= 502 && error.status <= 504

/** The answers of the API that pages share. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      networkMode: 'always',
      staleTime: 2000,
      retry: (failures, error) => isTemporary(error) && failures < attemptsMax,
    },
    mutations: { networkMode: 'always', retry: false },
  },
})

connection.onChange(() => {
  if (!connection.isLost()) void queries.invalidateQueries()
})

let caller = callerNow()
// Registered before any page: what one caller may see is gone before another one looks.
subscribe(() => {
  if (callerNow() !== caller) queries.clear()
  caller = callerNow()
})
