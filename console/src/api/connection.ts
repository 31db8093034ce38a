import { useSyncExternalStore } from 'react'
import { consolePath } from '../place.ts'

const retryMs = 3000

let isLost = false
const listeners = new Set<() => void>()

function set(value: boolean): void {
  if (isLost === value) return
  isLost = value
  for (const listener of listeners) listener()
  if (isLost) setTimeout(tryAgain, retryMs)
}

async function tryAgain(): Promise<void> {
  const answer = await fetch(consolePath, { method: 'HEAD' }).catch(() => undefined)
  if (answer?.ok) set(false)
  else setTimeout(tryAgain, retryMs)
}

export const connection = {
  lost: () => set(true),
  works: () => set(false),
  /** Calls a function when the connection is lost, and when it works again. */
  onChange(listener: () => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
  isLost: () => isLost,
}

/** Whether the server cannot be reached. */
export const useIsConnectionLost = (): boolean => useSyncExternalStore(connection.onChange, connection.isLost)
